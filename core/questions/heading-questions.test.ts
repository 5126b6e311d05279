import { describe, expect, test } from 'vitest';
import type { Chunk } from '../contracts/corpus.ts';
import { headingQuestions, withoutHeadings } from './heading-questions.ts';

const chunk = (headings: string[], text: string, id = 'c'): Chunk => ({
  id,
  documentId: 'd',
  path: 'a.md',
  headings,
  text,
  tokens: 9,
  language: 'en',
});
const queryOf = async (...headings: string[]) => (await headingQuestions([chunk(headings, 'Body.')]))[0]?.text;

describe('the query of the heading path', () => {
  test.each<[string[], string | undefined]>([
    [['Replacing a cartridge'], 'Replacing a cartridge'],
    [['Handbook', 'Filters', 'Replacing a cartridge'], 'Filters Replacing a cartridge'],
    [['FAQ', 'How often is the filter replaced?'], 'How often is the filter replaced?'],
    [['Filters', 'Why is it loud?'], 'Why is it loud?'],
    [['常见问题', '滤芯多久更换一次？'], '滤芯多久更换一次？'],
    [['组件基础', '传递 props'], '组件基础 传递 props'],
    [['Filters', 'Overview'], 'Filters'],
    [['滤芯', '简介'], '滤芯'],
    [['Filters', 'Filters of the XR-200'], 'Filters of the XR-200'],
    [['3.2 Filters', '3.2.1 Cartridges'], 'Filters Cartridges'],
    [['三、滤芯', '（一）更换'], '滤芯 更换'],
    [['Pumps {#pumps}'], 'Pumps'],
    [['为什么要使用 ref？ **'], '为什么要使用 ref？'],
    [['Overview'], undefined],
    [['Introduction', 'Getting Started'], undefined],
    [['简介'], undefined],
    [['Chapter 3'], undefined],
    [['第三章'], undefined],
    [['---'], undefined],
    [[], undefined],
  ])('%j', async (headings, query) => expect(await queryOf(...headings)).toBe(query));
});

test('each chunk under a heading gets a question with its own id, marked as a heading', async () => {
  const questions = await headingQuestions([
    chunk(['Pumps'], 'One.', 'a'),
    chunk(['Pumps'], 'Two.', 'b'),
    chunk([], 'Three.', 'c'),
  ]);
  expect(questions.map(({ chunkId, text, from }) => [chunkId, text, from])).toEqual([
    ['a', 'Pumps', 'heading'],
    ['b', 'Pumps', 'heading'],
  ]);
  expect(new Set(questions.map(({ id }) => id)).size).toBe(2);
});

test('heading lines at the start of a passage are removed, the same words further down are kept', () => {
  const text = '# Pumps\n\nInlet valve:\n\nClose the inlet valve.\nInlet valve';
  expect(withoutHeadings(chunk(['Pumps', 'Inlet Valve'], text))).toBe('Close the inlet valve.\nInlet valve');
  expect(withoutHeadings(chunk([], 'Pumps\n\nBody'))).toBe('Pumps\n\nBody');
});

test('a chunk that holds only its heading gets no question', async () => {
  expect(await headingQuestions([chunk(['Pumps'], 'Pumps\n')])).toEqual([]);
});
