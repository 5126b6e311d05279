import { describe, expect, test } from 'vitest';
import { readCompletion } from '../asking/read-completion.ts';
import { EN, JSON_EN, LIST, validate } from './fixtures/answers.ts';
import { parseAnswer } from './parse-answer.ts';

/** Thoughts that look like an answer. */
const THOUGHTS = 'They want two questions. Let me try.\n1. What is a cartridge made of?\n2. Who sells it?\nFine.';

describe('thoughts are no questions', () => {
  test.each<[string, string]>([
    ['<think>', `<think>\n${THOUGHTS}\n</think>\n\n${LIST}`],
    ['an end without a beginning, which was part of the prompt', `${THOUGHTS}</think>\n${LIST}`],
    ['thoughts twice', `<think>${THOUGHTS}</think>1. Is it a draft?\n<think>${THOUGHTS}</think>\n${LIST}`],
    ['an empty thought', `<think>\n\n</think>\n\n${LIST}`],
    ['upper case, with an attribute', `<Thinking budget="512">${THOUGHTS}</Thinking>${LIST}`],
    ['as entities', `&lt;think&gt;${THOUGHTS}&lt;/think&gt;${LIST}`],
    ['JSON after thoughts', `<think>${THOUGHTS} {"questions": ["A draft?"]}</think>\n${JSON_EN}`],
    ['fenced JSON after thoughts', `<think>${THOUGHTS}</think>\n\`\`\`json\n${JSON_EN}\n\`\`\``],
    ['Gemini and EXAONE', `<thought>\n${THOUGHTS}\n</thought>\n${LIST}`],
    [
      'Seed-OSS',
      `<seed:think>${THOUGHTS}<seed:cot_budget_reflect>120 used</seed:cot_budget_reflect></seed:think>${LIST}`,
    ],
    ['LongCat', `<longcat_think>${THOUGHTS}</longcat_think>${LIST}`],
    ['Magistral', `[THINK]${THOUGHTS}[/THINK]${LIST}</s>`],
    ['Kimi', `◁think▷${THOUGHTS}◁/think▷${LIST}`],
    ['Command A', `<|START_THINKING|>${THOUGHTS}<|END_THINKING|><|START_RESPONSE|>${LIST}<|END_RESPONSE|>`],
    [
      'OpenThinker',
      `<|begin_of_thought|>${THOUGHTS}<|end_of_thought|>\n<|begin_of_solution|>${LIST}<|end_of_solution|>`,
    ],
    ['Apertus', `<|inner_prefix|>${THOUGHTS}<|inner_suffix|>${LIST}<|assistant_end|>`],
    ['Granite', `Here is my thought process:\n${THOUGHTS}\nHere is my response:\n${LIST}`],
    ['tags of GRPO', `<reasoning>\n${THOUGHTS}\n</reasoning>\n<answer>\n${LIST}\n</answer>`],
    ['an answer in tags, and thoughts in none', `${THOUGHTS}\n<answer>\n${LIST}\n</answer>`],
    ['a word that documents use, as a tag', `<analysis>\n${THOUGHTS}\n</analysis>\n${LIST}`],
    ['Ollama’s terminal', `Thinking...\n${THOUGHTS}\n...done thinking.\n\n${LIST}`],
    ['Open WebUI', `<details type="reasoning" done="true">\n<summary>7 s</summary>\n${THOUGHTS}\n</details>\n${LIST}`],
    ['Chinese tags', `<思考>${THOUGHTS}</思考>${LIST}`],
    ['Chinese brackets', `【思考过程】${THOUGHTS}【/思考过程】\n${LIST}`],
    ['a longer tag', `<thinking_process>${THOUGHTS}</thinking_process>\n${LIST}`],
    ['a fenced block', `\`\`\`thinking\n${THOUGHTS}\n\`\`\`\n${LIST}`],
    [
      'prose',
      `Okay, so I need to write two questions about this passage. What would they search for?\n\n1. What is a cartridge made of?\n2. Who sells it?\n\nHmm, the passage does not say. So:\n\n${EN.map((q, n) => `${n + 1}. ${q}`).join('\n')}`,
    ],
    [
      'prose without a list',
      `The user wants two search queries. Let me think.\nWhat does a technician ask the user?\nHow about the filter?\n\n${LIST}\n\nThese are good.`,
    ],
    [
      'prose whose last list begins at once',
      `Let's see what the passage says. Possible questions:\n1. Who sells it?\n2. Is it old?\n1. ${EN[0]}\n2. ${EN[1]}`,
    ],
    ['prose before JSON', `We need to produce JSON with questions. "What is a cartridge made of?" No.\n${JSON_EN}`],
    ['labels', `Thought: ${THOUGHTS}\nFinal Answer:\n${LIST}`],
    ['Chinese labels', `思考过程：${THOUGHTS}\n**最终答案：**\n${LIST}`],
    [
      'YAML with thoughts',
      `reasoning: |\n  ${THOUGHTS.replaceAll('\n', '\n  ')}\nquestions:\n  - ${EN.join('\n  - ')}`,
    ],
    ['JSON with thoughts', JSON.stringify({ thoughts: ['Is it this?'], reasoning: THOUGHTS, queries: EN })],
    [
      'harmony',
      `<|channel|>analysis<|message|>${THOUGHTS}<|end|><|start|>assistant<|channel|>final<|message|>${LIST}<|return|>`,
    ],
    [
      'harmony with a constraint and a commentary',
      `<|start|>assistant<|channel|>analysis<|message|>${THOUGHTS}<|end|><|start|>assistant<|channel|>commentary<|message|>1. Is it this?<|end|><|start|>assistant<|channel|>final <|constrain|>json<|message|>${JSON_EN}`,
    ],
    ['harmony without its tokens', `analysisWe need two. ${THOUGHTS}assistantfinal${LIST}`],
    ['a heading', `## Thinking\n${THOUGHTS}\n\n## Questions\n${LIST}`],
    ['a bold heading', `**Analysis**\n\n${THOUGHTS}\n\n**Final questions:**\n\n${LIST}`],
    ['a Chinese heading', `### 思考过程\n${THOUGHTS}\n\n### 最终答案\n${LIST}`],
    [
      'a quotation, as chat pages show them',
      `> 已深度思考（用时 7 秒）\n> \n> ${THOUGHTS.replaceAll('\n', '\n> ')}\n\n${LIST}`,
    ],
    ['a folded element', `<details>\n<summary>Thought for 5 seconds</summary>\n${THOUGHTS}\n</details>\n${LIST}`],
    ['a folded element in Chinese', `<details><summary>思考过程</summary>\n\n${THOUGHTS}\n</details>\n\n${LIST}`],
    ['a plan in tags', `<plan>${THOUGHTS}</plan>\n${LIST}`],
    ['Gemma’s channels', `<|channel>thought\n${THOUGHTS}<channel|>${LIST}<turn|>`],
  ])('%s', (_format, answer) => {
    expect(parseAnswer(answer)).toEqual(EN);
  });

  test.each<[string, string]>([
    ['<think>', `<think>${THOUGHTS}`],
    ['<think> after a preamble', `Sure, here they are.\n<think>${THOUGHTS}`],
    ['<think> after another', `<think>a</think>Is it a draft?<think>${THOUGHTS}`],
    ['[THINK]', `[THINK]${THOUGHTS}`],
    ['◁think▷', `◁think▷${THOUGHTS}`],
    ['<reasoning>', `<reasoning>\n${THOUGHTS}`],
    ['<seed:think>', `<seed:think>${THOUGHTS}`],
    ['harmony', `<|channel|>analysis<|message|>${THOUGHTS}`],
    ['harmony, ended', `<|channel|>analysis<|message|>${THOUGHTS}<|end|><|start|>assistant`],
    ['harmony without tokens', `analysisWe need two. ${THOUGHTS}`],
    ['Gemma’s channel', `<|channel>thought\n${THOUGHTS}`],
    ['a label', `Reasoning: ${THOUGHTS}`],
    ['a heading', `## 思考过程\n${THOUGHTS}`],
    ['nothing after them', `${THOUGHTS}</think>\n`],
    [
      'prose',
      'We need to produce questions. Should they be short? Maybe we ask about the filter.\nWhat would a user ask?',
    ],
    ['Chinese prose', '好的，我现在需要根据这段文字提出两个问题。用户会问什么？\n也许可以问滤芯多久更换一次？'],
  ])('thoughts without an answer are refused with that reason: %s', (_format, answer) => {
    expect(validate(answer)).toEqual({ accepted: [], refused: [{ text: '', fault: 'a thought' }] });
    const choice = (finish_reason: string) => ({ choices: [{ message: { content: answer }, finish_reason }] });
    expect(readCompletion(choice('stop'))).toEqual({ failure: expect.stringContaining('thoughts') });
    expect(readCompletion(choice('length'))).toEqual({
      failure: expect.stringMatching(/token limit.*thoughts|thoughts/),
    });
  });

  test('a question about such markup is refused by itself, and its neighbours are kept', () => {
    const about = 'What does </think> close in Qwen3?';
    expect(validate(JSON.stringify({ questions: [about, ...EN] }))).toEqual({
      accepted: EN,
      refused: [{ text: about, fault: 'a thought' }],
    });
  });

  test.each([
    'Okay, I have written two questions about the passage:',
    'Let me write two questions for this user.',
    '好的，根据您的要求，我为这个段落写了两个问题：',
  ])('an announcement is no thought: %s', (preamble) => {
    const answer = `${preamble}\n\n1. ${EN[0]}\nIt tests a number.\n\n2. ${EN[1]}\nIt tests an order.`;
    expect(parseAnswer(answer)).toEqual(EN);
  });

  test.each([
    'What does the <analysis> element of a report hold?',
    'analysis of water samples',
    'reasoning behind the six month interval',
    'How is the final answer of an audit recorded?',
    'thinking time of the valve controller',
    'I need to change the filter of the pump, which valve is closed first?',
    'So we have to wait how long until the filter is changed?',
  ])('words of thoughts in a question are none: %s', (question) => {
    expect(parseAnswer(question)).toEqual([question]);
  });

  test.each<[string, object, object]>([
    ['in their own field', { reasoning_content: THOUGHTS, content: LIST }, { text: LIST }],
    [
      'in their own field and in front',
      { reasoning: THOUGHTS, content: `${THOUGHTS}\n\n${LIST}` },
      { text: `\n\n${LIST}` },
    ],
    [
      'as parts',
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: THOUGHTS }] },
          { type: 'reasoning', text: THOUGHTS },
          { type: 'text', text: LIST },
        ],
      },
      { text: LIST },
    ],
    [
      'without an answer',
      { reasoning_content: THOUGHTS, content: null },
      { failure: expect.stringContaining('thoughts') },
    ],
    [
      'twice, without an answer',
      { thinking: THOUGHTS, content: THOUGHTS },
      { failure: expect.stringContaining('thoughts') },
    ],
    [
      'before a tool call',
      {
        reasoning_content: THOUGHTS,
        content: null,
        tool_calls: [{ function: { name: 'questions', arguments: JSON_EN } }],
      },
      { text: JSON_EN },
    ],
  ])('thoughts %s are told apart', (_where, message, expected) => {
    expect(readCompletion({ choices: [{ message, finish_reason: 'stop' }] })).toEqual(expected);
  });
});
