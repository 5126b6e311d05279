import { describe, expect, test } from 'vitest';
import { EN, JSON_EN, validate, ZH } from './fixtures/answers.ts';
import { parseAnswer } from './parse-answer.ts';

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
