import { describe, expect, test } from 'vitest';
import { expectedLanguage, faultOfQuestion } from './validate-question.ts';

const fault = (text: string, language?: string) => faultOfQuestion(text, { language });

describe('questions and search queries that people type are accepted', () => {
  test.each([
    'How long does the filter last?',
    'filter cartridge lifetime XR-200',
    'Explain how the inlet valve is closed.',
    'What does "context" mean in the context of React hooks?',
    'Which article of the contract covers liability?',
    'Where in the document viewer is the zoom setting?',
    'How do I set the text field width?',
    'Who owns ACME Inc.?',
    '滤芯多久更换一次？',
    '如何更换滤芯。',
    'XR-200 滤芯 更换周期',
    '在渲染上下文中如何访问插槽？',
    '上下文管理器是什么？',
    '根据合同第三条，违约金是多少？',
  ])('%s', (text) => expect(fault(text)).toBeUndefined());
});

describe('what nobody would search for is refused with its fault', () => {
  test.each([
    ['Here are two questions based on the context:', 'a preamble'],
    ['Sure, I have created the questions.', 'a preamble'],
    ['以下是两个问题：', 'a preamble'],
    ['好的，根据内容生成的问题如下：', 'a preamble'],
    ['Questions for the quiz:', 'not a question'],
    ['The filter lasts six months.', 'not a question'],
    ['滤芯的寿命是六个月。', 'not a question'],
    ['According to the context, how long does the filter last?', 'speaks of the passage'],
    ['Based on the provided text, which valve is closed?', 'speaks of the passage'],
    ['What is the revenue mentioned in the document?', 'speaks of the passage'],
    ['What does the passage say about filters?', 'speaks of the passage'],
    ['What is described in this excerpt?', 'speaks of the passage'],
    ['Which valve is closed first in the text?', 'speaks of the passage'],
    ['What is the main topic of the given context information?', 'speaks of the passage'],
    ['文中提到的滤芯多久更换一次？', 'speaks of the passage'],
    ['根据上下文，滤芯多久更换一次？', 'speaks of the passage'],
    ['根据所提供的上下文信息，先关闭哪个阀门？', 'speaks of the passage'],
    ['根据以上内容，先关闭哪个阀门？', 'speaks of the passage'],
    ['这段文字介绍了什么？', 'speaks of the passage'],
    ['本文的主题是什么？', 'speaks of the passage'],
    ['???', 'empty'],
    ['a?', 'too short'],
    [`Why ${'very '.repeat(80)}long?`, 'too long'],
  ])('%s', (text, reason) => expect(fault(text)).toBe(reason));
});

test('a question in another script than the passage’s is refused, a product name in one is not', () => {
  expect(fault('How long does the filter last?', 'zh')).toBe('in another language');
  expect(fault('滤芯多久更换一次？', 'en')).toBe('in another language');
  expect(fault('XR-200 滤芯多久更换一次？', 'zh')).toBeUndefined();
  expect(fault('How long does the filter last?', 'de')).toBe('in another language');
});

test('a code listing of a Chinese page may be asked about in any language, its prose in Chinese', () => {
  expect(expectedLanguage('滤芯每六个月更换一次，型号 XR-200。', 'zh', undefined)).toBe('zh');
  expect(expectedLanguage('import { ref } from "vue" // 引入', 'zh', undefined)).toBeUndefined();
  expect(expectedLanguage('import { ref } from "vue"', 'zh', 'zh')).toBe('zh');
  expect(expectedLanguage('40 kW | 3 bar', 'und', undefined)).toBeUndefined();
});
