import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkTemplate, chooseTemplate, renderPrompt } from './prompts.ts';

/** The placeholders and escapes of a template as llama-index users write them. */
const THEIRS = 'Context:\n{context_str}\nWrite {num_questions_per_chunk} questions as JSON: {{"questions": []}}';

test('a template made for llama-index is filled as Python would fill it', () => {
  checkTemplate(THEIRS);
  expect(renderPrompt(THEIRS, 'Pumps.', 3)).toBe('Context:\nPumps.\nWrite 3 questions as JSON: {"questions": []}');
});

test('the passage is data: no placeholder, brace or replacement pattern in it is acted upon', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constantFrom('{num_questions_per_chunk}', '{{x}}', '$&', "$'", '{context_str}')),
      (context) => {
        expect(renderPrompt('<{context_str}>', context, 2)).toBe(context === '' ? '<{context_str}>' : `<${context}>`);
      },
    ),
  );
});

test('a template without {context_str} is refused with what to write', () => {
  expect(() => checkTemplate('Write {num_questions_per_chunk} questions.')).toThrow(/no \{context_str\}/);
  expect(() => checkTemplate('{{context_str}}')).toThrow(/no \{context_str\}/);
});

test('a placeholder that nothing fills is refused by name', () => {
  expect(() => checkTemplate('{context_str} {query_str}')).toThrow(/\{query_str\}/);
  expect(() => checkTemplate('{context_str} { "a": 1 } {}')).not.toThrow();
});

test('the built-in prompt speaks the chunk’s language, unless one is forced', () => {
  const of = (language: string, forced?: string) =>
    renderPrompt(chooseTemplate({ language: forced }, language), 'X', 2);
  expect(of('zh')).toContain('用中文提问');
  expect(of('zh-Hant')).toContain('用中文提问');
  expect(of('en')).toContain('Write in English');
  expect(of('ja')).toContain('Write in Japanese');
  expect(of('und')).toContain('the language of the passage');
  expect(of('not a tag!')).toContain('the language of the passage');
  expect(of('zh', 'en')).toContain('Write in English');
  expect(of('en', 'zh')).toContain('用中文提问');
});

test('the built-in prompts hold the passage and both counts', () => {
  for (const language of ['zh', 'en']) {
    const template = chooseTemplate({}, language);
    checkTemplate(template);
    expect(renderPrompt(template, 'THE PASSAGE', 7)).toMatch(/THE PASSAGE[\s\S]*7[\s\S]*7/);
  }
});
