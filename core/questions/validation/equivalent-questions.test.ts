import { expect, test } from 'vitest';
import { areEquivalent, normalizeQuestion, questionKey } from './equivalent-questions.ts';

test('case, width, spaces and punctuation do not matter', () => {
  expect(normalizeQuestion('How long, ＡＢ１?')).toBe(normalizeQuestion('how  long ab1'));
  expect(normalizeQuestion('滤芯 多久？')).toBe(normalizeQuestion('滤芯多久?'));
});

test.each([
  ['How long does the filter last?', 'How long will a filter last'],
  ["What's the warranty of the X200?", "What is the X200's warranty?"],
  ['如何更换滤芯？', '请问怎么更换滤芯'],
  ['滤芯多久更换一次？', '滤芯一般多长时间需要更换一次?'],
  ['Wie oft muss der Filter gewechselt werden?', 'Wie oft wird der Filter gewechselt?'],
  ['¿Cuánto cuesta la recogida?', 'cuánto cuesta una recogida'],
])('%s and %s are equivalent, in any passages', (one, other) => {
  expect(questionKey(one)).toBe(questionKey(other));
  expect(areEquivalent(one, other)).toBe(true);
});

test.each([
  ['How do I open the inlet valve?', 'How do I close the inlet valve?'],
  ['How to convert PDF to Word', 'How to convert Word to PDF'],
  ['Cómo convertir de PDF a Word', 'Cómo convertir de Word a PDF'],
  ['What was the revenue in fiscal 2021?', 'What was the revenue in fiscal 2022?'],
  ['如何打开进水阀？', '如何关闭进水阀？'],
  ['哪些员工可以申请远程办公补贴？', '哪些员工不可以申请远程办公补贴？'],
  ['可方便测试较大数字素性的一种算法叫做什么？', '可方便测试较大数字素性的另一种算法叫做什么？'],
  ['What is the pressure of the pump?', 'What is the inlet pressure of the pump?'],
])('%s and %s are two questions', (one, other) => expect(areEquivalent(one, other)).toBe(false));

test('about one passage, a long question with one more word is equivalent', () => {
  const long = 'Which steps come first when the carbon cartridge of the purifier must be replaced at home?';
  expect(areEquivalent(long, long.replace('must be replaced', 'must be safely replaced'))).toBe(true);
  expect(areEquivalent(long, long.replace('must be replaced', 'must not be replaced'))).toBe(false);
  expect(questionKey(long)).not.toBe(questionKey(long.replace('must be replaced', 'must be safely replaced')));
});
