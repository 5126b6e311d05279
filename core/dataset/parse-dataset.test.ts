import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QADataset } from '../contracts/dataset.ts';
import { Fault } from '../contracts/fault.ts';
import { encodeDataset } from './dataset-json.ts';
import { parseDataset } from './parse-dataset.ts';

const good: QADataset = {
  queries: { q1: 'How often?' },
  corpus: { d1: 'Every week.', d2: 'Never.' },
  relevant_docs: { q1: ['d1'] },
  mode: 'text',
};

function faultOf(value: unknown): Fault {
  try {
    parseDataset(typeof value === 'string' ? value : JSON.stringify(value), 'val.json');
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('no fault was found');
}

it('keeps hard negatives, and refuses ones that do not exist or are relevant to the query', async () => {
  const hard = { ...good, hard_negatives: { q1: ['d2'] } };
  expect(parseDataset(await encodeDataset(hard), 'x')).toEqual(hard);
  expect(faultOf({ ...good, hard_negatives: { q1: ['d9'] } }).message).toContain('has the hard negative d9');
  expect(faultOf({ ...good, hard_negatives: { q1: ['d1'] } }).message).toContain(
    'd1 both as relevant passage and as hard negative',
  );
  expect(faultOf({ ...good, hard_negatives: { q9: ['d1'] } }).message).toContain('names query q9');
});

it('parses what encodeDataset writes', async () => {
  const text = fc.string({ minLength: 1 }).filter((words) => words.trim() !== '');
  const id = fc.uuid();
  const dataset = fc
    .uniqueArray(fc.tuple(id, id, text, text), { minLength: 1, selector: ([query]) => query })
    .map((entries) => ({
      queries: Object.fromEntries(entries.map(([query, , words]) => [query, words])),
      corpus: Object.fromEntries(entries.map(([, passage, , words]) => [passage, words])),
      relevant_docs: Object.fromEntries(entries.map(([query, passage]) => [query, [passage]])),
      mode: 'text',
    }));
  await fc.assert(
    fc.asyncProperty(dataset, async (value) => {
      expect(parseDataset(await encodeDataset(value), 'x')).toEqual(value);
    }),
  );
});

it('parses a file with a byte order mark, without a mode, and with unknown keys', () => {
  const { mode: _, ...rest } = good;
  expect(parseDataset(`\uFEFF${JSON.stringify({ ...rest, node_dict: {} })}`, 'val.json')).toEqual(good);
});

it('refuses a file that is longer than a string can be', () => {
  const long = Buffer.alloc(2 ** 29, ' ');
  expect(() => parseDataset(long, 'val.json')).toThrow('val.json is too large to be read in one piece.');
});

describe('names the fault and the file of', () => {
  it.each([
    ['not JSON', '{"queries": ', 'is not JSON'],
    ['a list', [], 'the top level'],
    ['no corpus', { queries: {}, relevant_docs: {} }, 'corpus'],
    ['a passage that is not a string', { ...good, corpus: { d1: 7 } }, 'corpus.d1'],
    ['a blank passage', { ...good, corpus: { d1: ' \n' } }, 'passage d1 has no text'],
    ['an empty question', { ...good, queries: { q1: '' } }, 'query q1 has no text'],
    ['a query without relevant passages', { ...good, relevant_docs: {} }, 'query q1 has no entry in relevant_docs'],
    ['an empty list of relevant passages', { ...good, relevant_docs: { q1: [] } }, 'relevant_docs.q1'],
    ['a relevant passage that does not exist', { ...good, relevant_docs: { q1: ['d1', 'd9'] } }, 'passage d9'],
    [
      'a relevant passage named like a property of Object',
      { ...good, relevant_docs: { q1: ['constructor'] } },
      'passage constructor',
    ],
    [
      'relevant passages of an unknown query',
      { ...good, relevant_docs: { ...good.relevant_docs, q9: ['d1'] } },
      'query q9',
    ],
    ['an empty dataset', { queries: {}, corpus: {}, relevant_docs: {} }, 'queries is empty'],
  ])('%s', (_what, value, words) => {
    const fault = faultOf(value);
    expect(fault.kind).toBe('input');
    expect(fault.message).toMatch(/^val\.json /);
    expect(fault.message).toContain(words);
    expect(fault.advice).toContain('relevant_docs');
  });

  it('many faults: lists ten and counts the rest', () => {
    const ids = Array.from({ length: 25 }, (_, i) => `gone${i}`);
    const { message, details } = faultOf({ ...good, relevant_docs: { q1: ids } });
    expect(message).toContain('25 faults');
    expect(details).toHaveLength(11);
    expect(details.at(-1)).toContain('15 more');
  });

  it('any other text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        expect(faultOf(text)).toBeInstanceOf(Fault);
      }),
    );
  });
});

it.each([
  ['tr', 30],
  ['va', 12],
])('parses a file that llama-index wrote on Chinese Windows, in GBK: %s', (name, count) => {
  const file = new URL(`./fixtures/cases/60-ds-zh-${name}-gbk.json`, import.meta.url);
  const { queries, corpus } = parseDataset(readFileSync(file), 'train.json');
  expect(Object.keys(queries)).toHaveLength(count);
  for (const text of Object.values(queries)) expect(text).toMatch(/^编号Z\d+的零件多久检查一次？$/);
  for (const text of Object.values(corpus)) expect(text).toMatch(/^第\d+号设备的维护：.*压力调到\d+巴。$/);
});

it('refuses a file that has lost bytes, with its name and line', () => {
  const text = JSON.stringify({ ...good, queries: { q1: '多久？' } }, null, 4);
  const bytes = Buffer.from(text);
  const lost = Buffer.concat([bytes.subarray(0, bytes.indexOf(0xe5) + 1), bytes.subarray(bytes.indexOf(0xe5) + 2)]);
  expect(() => parseDataset(lost, 'val.json')).toThrow(/^val\.json is not .*(line 3|cannot be told)/);
});

const shared = new URL('../../../shared/data/', import.meta.url);
it.skipIf(!existsSync(shared))('parses files that llama-index wrote', () => {
  const read = (name: string) => parseDataset(readFileSync(new URL(name, shared), 'utf8'), name);
  expect(Object.keys(read('nvidia_sec.val.json').queries)).toHaveLength(182);
  expect(Object.keys(read('xquad_zh.train.json').corpus)).toHaveLength(140);
});
