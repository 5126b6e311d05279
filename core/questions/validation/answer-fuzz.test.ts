import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCompletion } from '../asking/read-completion.ts';
import { EN, validate, ZH } from './fixtures/answers.ts';
import { parseAnswer } from './parse-answer.ts';
import { hasThoughtMarker } from './thoughts.ts';

test('a long hostile answer of such pieces is parsed in time', () => {
  const started = performance.now();
  for (const piece of [
    '<think>',
    '</think>',
    '<reasoning>',
    '<|channel|>analysis',
    '[INST]',
    '</s>',
    ' </s>',
    '\\boxed{',
  ])
    parseAnswer(`x ${piece.repeat(20_000)}?`);
  for (const piece of [
    '| a |\n|---|\n',
    '- question: a\n',
    '<answer>\n',
    "{'a': '",
    "['",
    '```think\n',
    'Final Answer:',
  ])
    parseAnswer(piece.repeat(20_000));
  expect(performance.now() - started).toBeLessThan(10_000);
});

test('of any answer, no question holds a marker of thoughts or a structure, and every refusal has a reason', () => {
  const piece = fc.constantFrom(
    ...['<think>', '</think>', '<thought>', '</thought>', '<seed:think>', '</seed:think>', '[THINK]', '[/THINK]'],
    ...[
      '◁think▷',
      '◁/think▷',
      '<|channel|>analysis<|message|>',
      '<|channel|>final<|message|>',
      '<|end|>',
      'assistantfinal',
    ],
    ...[
      '<|START_THINKING|>',
      '<|END_THINKING|>',
      '<reasoning>',
      '</reasoning>',
      '<analysis>',
      '</analysis>',
      'Thought: ',
    ],
    ...[
      '</s>',
      '<end_of_turn>',
      '<|im_end|>',
      '<|im_start|>user',
      '<|im_start|>assistant',
      '[INST]',
      '[/INST]',
      '<answer>',
    ],
    ...[
      '{"questions": [',
      "{'questions': [",
      ']}',
      '["',
      '", "',
      "', '",
      "']",
      '\\boxed{',
      '}',
      '```json\n',
      '\n```',
      '\\"',
    ],
    ...['questions:\n', '- question: ', '  - ', '| # | Question |\n|---|---|\n', '| 1 | ', ' |\n', 'id,question\n'],
    ...['\n', '\n1. ', '\n2. ', ' ', 'Final Answer:\n', '问题1：'],
    ...EN,
    ...ZH,
  );
  const text = fc.array(fc.oneof({ weight: 4, arbitrary: piece }, fc.string({ unit: 'grapheme', maxLength: 8 })), {
    maxLength: 24,
  });
  fc.assert(
    fc.property(text, fc.constantFrom('stop', 'length'), (parts, finish_reason) => {
      const answer = parts.join('');
      const { accepted, refused } = validate(answer);
      expect(accepted.length + refused.length).toBeGreaterThan(0);
      for (const { fault } of refused) expect(fault).not.toBe('');
      for (const question of accepted) {
        expect(hasThoughtMarker(question)).toBe(false);
        expect(question).not.toMatch(/<\/?(think|thought|seed:think|reasoning)>|\[\/?THINK\]|◁|<\|channel/i);
        expect(question).not.toMatch(/^[[{(]["'{]|^\\boxed/);
      }
      const completion = readCompletion({ choices: [{ message: { content: answer }, finish_reason }] });
      expect('text' in completion ? completion.text : completion.failure).not.toBe('');
    }),
    { numRuns: 4000, seed: 15 },
  );
});
