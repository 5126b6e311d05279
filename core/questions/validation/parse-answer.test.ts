import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shapeAnswer } from '../../../tests/provider/answer.ts';
import { readCompletion } from '../asking/read-completion.ts';
import { parseAnswer } from './parse-answer.ts';

const EN = ['How long does the filter last?', 'Which valve is closed first?'];
const ZH = ['滤芯多久更换一次？', '先关闭哪个阀门？'];

test.each<[string, string, string[]]>([
  ['JSON of the schema', JSON.stringify({ questions: EN }), EN],
  ['a JSON list', JSON.stringify(ZH), ZH],
  ['objects', JSON.stringify({ items: EN.map((question) => ({ question, answer: 'x' })) }), EN],
  ['numbered keys', JSON.stringify({ question1: EN[0], question2: EN[1] }), EN],
  ['Chinese keys', JSON.stringify({ 问题: ZH.map((问题) => ({ 问题, 答案: '无' })) }), ZH],
  ['JSON Lines', EN.map((question) => JSON.stringify({ question })).join('\n'), EN],
  ['fenced JSON amid prose', `Sure!\n\`\`\`json\n${JSON.stringify(EN)}\n\`\`\`\nEnjoy.`, EN],
  ['an unfinished fence', `\`\`\`json\n${JSON.stringify(EN)}`, EN],
  ['JSON after prose', `Here you are: ${JSON.stringify({ questions: EN })} Anything else?`, EN],
  ['plain lines', EN.join('\n'), EN],
  ['Windows lines', EN.join('\r\n\r\n'), EN],
  ['1.', `1. ${EN[0]}\n2. ${EN[1]}`, EN],
  ['1)', `1) ${EN[0]}\n2) ${EN[1]}`, EN],
  ['(1)', `(1) ${EN[0]}\n(2) ${EN[1]}`, EN],
  ['1、', `1、${ZH[0]}\n2、${ZH[1]}`, ZH],
  ['一、', `一、${ZH[0]}\n二、${ZH[1]}`, ZH],
  ['（一）', `（一）${ZH[0]}\n（二）${ZH[1]}`, ZH],
  ['（1）', `（1）${ZH[0]}\n（2）${ZH[1]}`, ZH],
  ['①', `①${ZH[0]}\n② ${ZH[1]}`, ZH],
  ['问题1：', `问题1：${ZH[0]}\n问题2：${ZH[1]}`, ZH],
  ['问题一：', `问题一：${ZH[0]}\n问题二：${ZH[1]}`, ZH],
  ['（1）问题1：', `（1）问题1：${ZH[0]}\n（2）问题2：${ZH[1]}`, ZH],
  ['第1个问题：', `第1个问题：${ZH[0]}\n第2个问题：${ZH[1]}`, ZH],
  ['问：', `问：${ZH[0]}\n答：半年。\n问：${ZH[1]}\n答：入口阀。`, ZH],
  ['Q1 with answers', `Q1: ${EN[0]}\nA1: Six months.\nQ2: ${EN[1]}\nAnswer: The inlet.`, EN],
  ['bold labels', `**Question 1:** ${EN[0]}\n**Question 2**: ${EN[1]}`, EN],
  ['labels on their own line', `问题1：\n${ZH[0]}\n\n问题2：\n${ZH[1]}`, ZH],
  ['headings for labels', `### Question 1\n${EN[0]}\n### Question 2\n${EN[1]}`, EN],
  ['bullets, bold, quotation marks', `- **${EN[0]}**\n• "${EN[1]}"`, EN],
  ['quotation marks of Chinese', `1. “${ZH[0]}”\n2. 「${ZH[1]}」`, ZH],
  ['a preamble and a farewell', shapeAnswer(EN, 'preamble'), EN],
  ['a Chinese preamble', `以下是根据上下文生成的两个问题：\n1. ${ZH[0]}\n2. ${ZH[1]}`, ZH],
  ['thoughts', shapeAnswer(EN, 'thinking'), EN],
  ['thoughts without an end', '<think>1. Maybe this?', []],
  ['two questions on one line', EN.join(' '), EN],
  ['two Chinese questions on one line', ZH.join(''), ZH],
  ['JSON cut off', '{"questions": ["How long does the filter last?", "Which valve is closed first?", "What mu', EN],
  [
    'fenced objects cut off',
    `\`\`\`json\n[{"question": "${EN[0]}", "answer": "Six."}, {"question": "${EN[1]}", "ans`,
    EN,
  ],
  ['JSON without a question', '{"questions": []}', []],
  ['lettered', `a) ${EN[0]}\nb) ${EN[1]}`, EN],
  [
    'labels in German',
    `Frage 1: Wie lange hält der Filter?\nFrage 2: Welches Ventil?`,
    ['Wie lange hält der Filter?', 'Welches Ventil?'],
  ],
  ['labels in Spanish', `Pregunta 1: ¿Cuánto dura?\nPregunta 2: ¿Qué válvula?`, ['¿Cuánto dura?', '¿Qué válvula?']],
  ['labels in Japanese', '質問1：寿命はどのくらい？\n質問2：どの弁ですか？', ['寿命はどのくらい？', 'どの弁ですか？']],
  ['labels spelt out', `Question one: ${EN[0]}\nQuestion two: ${EN[1]}`, EN],
  ['numbers within one line', `1. ${EN[0]} 2. ${EN[1]}`, EN],
  ['a question in quotation marks', 'What does the “Got water?” sign mean?', ['What does the “Got water?” sign mean?']],
  ['an address with a question mark', 'what is https://a.example/?q=1 for', ['what is https://a.example/?q=1 for']],
  ['brackets that are no list', 'How do I read row["id"] of a row?', ['How do I read row["id"] of a row?']],
  ['nothing', ' \n ', []],
])('%s', (_shape, answer, questions) => {
  expect(parseAnswer(answer)).toEqual(questions);
});

test('numbers that belong to the question are kept', () => {
  const questions = [
    '3.5 mm jacks: which adapter fits?',
    '2024 年的营收是多少？',
    '一次性滤芯怎么处理？',
    '7 bar or 8 bar, which is right?',
  ];
  expect(parseAnswer(questions.join('\n'))).toEqual(questions);
});

test('questions of any words are parsed from every list format', () => {
  const word = fc.stringMatching(/^[a-z]{2,8}$/);
  const question = fc.array(word, { minLength: 2, maxLength: 8 }).map((words) => `Why ${words.join(' ')}?`);
  const shape = fc.constantFrom(
    'plain',
    'numbered',
    'bullets',
    'chinese',
    'labelled',
    'preamble',
    'fenced',
    'thinking',
  );
  fc.assert(
    fc.property(fc.uniqueArray(question, { minLength: 1, maxLength: 6 }), shape, (questions, as) => {
      expect(parseAnswer(shapeAnswer(questions, as as 'plain'))).toEqual(questions);
    }),
  );
});

test('no answer makes parsing throw or return an empty question', () => {
  const piece = fc.constantFrom(
    '```json',
    '{"questions": [',
    ']}',
    '1.',
    '（一）',
    '问题1：',
    '**',
    '<think>',
    '"',
    '\n',
    '\u2028',
    '[',
    '{',
    '- ',
    '?',
    '？',
  );
  const text = fc
    .array(fc.oneof(piece, fc.string({ unit: 'grapheme' })), { maxLength: 30 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(text, fc.json()), (answer) => {
      for (const question of parseAnswer(answer)) expect(question.trim()).not.toBe('');
    }),
    { numRuns: 500 },
  );
});

test('a long hostile answer is parsed in time', () => {
  const started = performance.now();
  for (const piece of ['**', '1. ', '(', '[', '{', '？', '问题', '" ', '```\n', '一', '\t'])
    parseAnswer(piece.repeat(20_000));
  expect(performance.now() - started).toBeLessThan(5000);
});

test('a completion without text has a reason', () => {
  const of = (message: unknown, finish_reason = 'stop') => readCompletion({ choices: [{ message, finish_reason }] });
  expect(of({ content: 'yes' })).toEqual({ text: 'yes' });
  expect(
    of({
      content: [
        { type: 'text', text: 'ye' },
        { type: 'text', text: 's' },
      ],
    }),
  ).toEqual({ text: 'yes' });
  expect(of({ content: '' }, 'content_filter')).toEqual({ failure: expect.stringContaining('filter') });
  expect(of({ content: null, refusal: 'no' })).toEqual({ failure: expect.stringContaining('refused') });
  expect(of({ content: '' }, 'length')).toEqual({ failure: expect.stringContaining('token limit') });
  fc.assert(fc.property(fc.anything(), (body) => void readCompletion(body)));
});
