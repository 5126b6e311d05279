import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCompletion } from '../asking/read-completion.ts';
import { parseAnswer } from './parse-answer.ts';
import { hasThoughtMarker } from './thoughts.ts';
import { validateAnswer } from './validate-answer.ts';

const EN = ['How long does the filter last?', 'Which valve is closed first?'];
const ZH = ['滤芯多久更换一次？', '先关闭哪个阀门？'];
const LIST = EN.join('\n');
/** Thoughts that look like an answer. */
const THOUGHTS = 'They want two questions. Let me try.\n1. What is a cartridge made of?\n2. Who sells it?\nFine.';
const JSON_EN = JSON.stringify({ questions: EN });

const PASSAGE = { text: 'The filter lasts six months. The inlet valve is closed first.', language: 'en' };
const OPTIONS = { perChunk: 20, prompt: undefined, language: undefined };
const validate = (answer: string) => validateAnswer(answer, PASSAGE, OPTIONS);

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

describe('tokens of chat templates are removed', () => {
  test.each<[string, string]>([
    ['</s>', `1. ${EN[0]}</s>\n2. ${EN[1]}</s>`],
    ['on one line', `${EN[0]}</s><s>${EN[1]}</s>`],
    ['Gemma', `${LIST}<end_of_turn>`],
    ['ChatML after JSON', `${JSON_EN}<|im_end|>\n<|endoftext|>`],
    ['Llama', `<|start_header_id|>assistant<|end_header_id|>\n\n${LIST}<|eot_id|>`],
    ['DeepSeek', `${LIST}<｜end▁of▁sentence｜>`],
    ['GLM', `<|begin_of_box|>${JSON_EN}<|end_of_box|>`],
    ['Mistral', ` ${LIST} [/INST]`],
    ['Nemotron', `<SPECIAL_12>${LIST}<SPECIAL_11>`],
    ['MiniMax', `${LIST}[e~[`],
    ['Baichuan', `${LIST}<reserved_106>`],
    ['a made-up next turn of Alpaca', `${LIST}\n\n### Instruction:\nAnd then?\n\n### Response:\n3. Who?`],
    ['within JSON', JSON.stringify({ questions: EN.map((question) => `${question}</s>`) })],
    [
      'a made-up next turn',
      `${LIST}<|im_end|>\n<|im_start|>user\n3. And then?<|im_end|>\n<|im_start|>assistant\nWhat?`,
    ],
    ['a made-up next turn of Llama 2', `${LIST}</s><s>[INST] What about the pump? [/INST] Who?`],
    [
      'an echo of the prompt',
      `<|im_start|>user\nWhat do you want?<|im_end|>\n<|im_start|>assistant\n${LIST}<|im_end|>`,
    ],
  ])('%s', (_token, answer) => {
    expect(parseAnswer(answer)).toEqual(EN);
  });

  test('within a question they are its subject', () => {
    const question = 'When does ChatML need <|im_end|> in a template?';
    expect(parseAnswer(question)).toEqual([question]);
  });
});

describe('structured answers are read', () => {
  const row = (cells: readonly unknown[]) => `| ${cells.join(' | ')} |`;
  test.each<[string, string, string[]]>([
    ['Python', `{'questions': ['${EN[0]}', '${EN[1]}']}`, EN],
    ['Python in Chinese', `{'问题': ['${ZH[0]}', '${ZH[1]}']}`, ZH],
    ['Python with an apostrophe', `['What\\'s it?', "Where's it?"]`, ["What's it?", "Where's it?"]],
    [
      'Python, assigned and fenced',
      `Sure:\n\`\`\`python\nquestions = [\n    '${EN[0]}',\n    '${EN[1]}',\n]\n\`\`\``,
      EN,
    ],
    ['Python cut off', `{'questions': ['${EN[0]}', '${EN[1]}', 'What mu`, EN],
    ['JavaScript', `{questions: ['${EN[0]}', '${EN[1]}'], /* all */}`, EN],
    ['curly quotation marks', `{“questions”: [“${EN[0]}”, “${EN[1]}”]}`, EN],
    ['a comma too many', `{"questions": ["${EN[0]}", "${EN[1]}",]}`, EN],
    ['JSON encoded twice', JSON.stringify(JSON_EN), EN],
    ['JSON encoded three times', JSON.stringify(JSON.stringify(JSON_EN)), EN],
    ['JSON with escaped quotation marks', JSON.stringify(JSON_EN).slice(1, -1), EN],
    ['JSON in a field', JSON.stringify({ questions: JSON.stringify(EN) }), EN],
    ['JSON in an item', JSON.stringify({ questions: EN.map((question) => JSON.stringify({ question })) }), EN],
    ['lines in a field', JSON.stringify({ questions: `1. ${EN[0]}\n2. ${EN[1]}` }), EN],
    ['a list on one line in a field', JSON.stringify({ questions: `1. ${EN[0]} 2. ${EN[1]}` }), EN],
    ['a tool call as text', JSON.stringify({ name: 'questions', arguments: JSON_EN }), EN],
    [
      'objects within an object',
      JSON.stringify({ result: { items: EN.map((search_query) => ({ search_query })) } }),
      EN,
    ],
    ['questions as keys', JSON.stringify(Object.fromEntries(EN.map((question) => [question, 'Six months.']))), EN],
    ['a box', `\\boxed{${EN[0]}}\n\\boxed{${EN[1]}}`, EN],
    ['a box around JSON', `The questions are:\n$$\\boxed{${JSON_EN}}$$`, EN],
    ['a box with a list', `Final output: \\boxed{1. ${EN[0]}\n2. ${EN[1]}}`, EN],
    ['a box with text', `$\\boxed{\\text{${EN[0]}}}$`, [EN[0] as string]],
    ['a LaTeX list', `\\begin{enumerate}\n\\item ${EN[0]}\n\\item ${EN[1]}\n\\end{enumerate}`, EN],
    ['YAML', `questions:\n  - ${EN[0]}\n  - "${EN[1]}"`, EN],
    ['YAML with objects', EN.map((question) => `- question: ${question}\n  answer: It is so.`).join('\n'), EN],
    ['YAML with numbered keys', `question_1: ${EN[0]}\nquestion_2: ${EN[1]}`, EN],
    [
      'YAML with block scalars',
      `\`\`\`yaml\n---\n问题:\n- >-\n  滤芯多久\n  更换一次？\n- ${ZH[1]}\n\`\`\``,
      ['滤芯多久 更换一次？', ZH[1] as string],
    ],
    ['YAML with a list on one line', `questions: [${EN.join(', ')}]`, EN],
    [
      'what only looks like YAML',
      `questions:\n- Open or closed: which valve?\n- ${EN[1]}`,
      ['Open or closed: which valve?', EN[1] as string],
    ],
    ['a table', [row(['#', 'Question']), row(['-', '-']), row([1, EN[0]]), row([2, EN[1]])].join('\n'), EN],
    [
      'a table amid prose',
      `Here:\n\n${row(['谁', '问题', '答案'])}\n|:--|:-:|--:|\n${row(['甲', ZH[0], '无'])}\n${row(['乙', ZH[1], '无'])}\n\n完。`,
      ZH,
    ],
    ['a table without outer bars', `No | Text\n--- | ---\n1 | ${EN[0]}\n2 | ${EN[1]}`, EN],
    ['lists of a question and its answer', JSON.stringify(EN.map((question) => [question, 'Six months.'])), EN],
    ['strings without their brackets', `"${EN[0]}", "${EN[1]}"`, EN],
    ['full-width commas', `{"questions"：["${ZH[0]}"， "${ZH[1]}"]}`, ZH],
    ['full-width brackets', `｛“问题”：［“${ZH[0]}”，“${ZH[1]}”］｝`, ZH],
    ['Chinese keys of the text', JSON.stringify({ 问题列表: ZH.map((text, i) => ({ 序号: i + 1, 内容: text })) }), ZH],
    [
      'a tool call of GLM',
      `<tool_call>ask\n<arg_key>q</arg_key>\n<arg_value>${JSON.stringify(EN)}</arg_value>\n</tool_call>`,
      EN,
    ],
    [
      'a tool call of Qwen-Coder',
      `<tool_call>\n<function=ask>\n<parameter=q>\n${JSON.stringify(EN)}\n</parameter>\n</function>\n</tool_call>`,
      EN,
    ],
    ['TOML', `[[questions]]\ntext = "${EN[0]}"\n\n[[questions]]\ntext = "${EN[1]}"`, EN],
    ['a box with an array', `\\boxed{\\begin{array}{l}\\text{1. ${EN[0]}}\\\\\\text{2. ${EN[1]}}\\end{array}}`, EN],
    ['escaped line ends', `1. ${EN[0]}\\n2. ${EN[1]}`, EN],
    ['line ends of HTML', `${EN[0]}<br>${EN[1]}`, EN],
    ['semicolons', EN.join('; '), EN],
    ['bars', EN.join(' | '), EN],
    ['keycaps', `1️⃣ ${EN[0]}\n2️⃣ ${EN[1]}`, EN],
    ['emoji', `✅ ${EN[0]}\n✅ ${EN[1]}`, EN],
    ['Roman numerals', `I. ${EN[0]}\nII. ${EN[1]}`, EN],
    ['full-width numerals', `１．${ZH[0]}\n２．${ZH[1]}`, ZH],
    ['labels of searches', '搜索查询1：滤芯更换周期\n搜索查询2：阀门关闭顺序', ['滤芯更换周期', '阀门关闭顺序']],
    ['kinds in front', `1. [Factual] ${EN[0]}\n2. [Procedural] ${EN[1]}`, EN],
    ['reasons after them', `1. ${EN[0]} (tests a number)\n2. ${EN[1]} (tests order)`, EN],
    ['comma-separated values', `id,question\n1,"${EN[0]}"\n2,${EN[1]}`, EN],
    ['tab-separated values', `Question\tAnswer\n${EN[0]}\tSix.\n${EN[1]}\tThe inlet.`, EN],
  ])('%s', (_format, answer, questions) => {
    expect(parseAnswer(answer)).toEqual(questions);
  });

  test.each<[string, string]>([
    ['quotation marks that cannot be told apart', `{'questions': ['What's it for?', 'What's the valve's number?']}`],
    ['boxes within a sentence', `The answers are $\\boxed{\\text{${EN[0]}}}$ and $\\boxed{\\text{${EN[1]}}}$`],
    ['a set', `{'${EN[0]}', '${EN[1]}'}`],
    ['a tuple', `('${EN[0]}', '${EN[1]}')`],
    ['a table without questions', '| Part | Price |\n|---|---|\n| Filter | 12 |'],
    ['a table without outer bars and without questions', 'Part | Price\n--- | ---\nFilter | 12'],
    [
      'the schema',
      JSON.stringify({ type: 'object', properties: { questions: { type: 'array' } }, required: ['questions'] }),
    ],
    ['JSON of something else', '{"error": "The model is overloaded", "code": 17}'],
    ['tags', `<questions>\n<question>${EN[0]}</question>\n</questions>`],
  ])('%s: refused with a reason, and never one question as a whole', (_format, answer) => {
    const { accepted, refused } = validate(answer);
    expect(accepted).toEqual([]);
    expect(refused.length).toBeGreaterThan(0);
  });
});

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
