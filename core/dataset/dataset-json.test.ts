import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { QADataset } from '../contracts/dataset.ts';
import { decodeDataset, encodeDataset } from './dataset-json.ts';

const id = fc.oneof(
  fc.string(),
  fc.integer({ min: 0, max: 50 }).map(String),
  fc.constantFrom('__proto__', 'mode', '},"mode":"x"}'),
);
const text = fc.string({ unit: 'binary' });
const entries = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(id, value), { maxLength: 6 }).map((pairs) => Object.fromEntries(pairs) as Record<string, T>);
const dataset: fc.Arbitrary<QADataset> = fc.record(
  {
    queries: entries(text),
    corpus: entries(text),
    relevant_docs: entries(fc.array(id)),
    hard_negatives: entries(fc.array(id)),
    mode: text,
  },
  { requiredKeys: ['queries', 'corpus', 'relevant_docs', 'mode'] },
);

const textOf = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

it('writes ordinary JSON with one entry per line', async () => {
  const value = {
    queries: { q: 'How\nlong?' },
    corpus: { a: 'Ten.', b: 'Five.' },
    relevant_docs: { q: ['a'] },
    mode: 'text',
  };
  const written = textOf(await encodeDataset(value));
  expect(JSON.parse(written)).toEqual(value);
  expect(written.split('\n')).toEqual([
    '{"queries":{',
    '"q":"How\\nlong?"',
    '},"corpus":{',
    '"a":"Ten.",',
    '"b":"Five."',
    '},"relevant_docs":{',
    '"q":["a"]',
    '},"mode":"text"}',
    '',
  ]);
});

it('decodes what it encodes, and so does JSON.parse', async () => {
  await fc.assert(
    fc.asyncProperty(dataset, async (value) => {
      const bytes = await encodeDataset(value);
      expect(JSON.parse(textOf(bytes))).toEqual(value);
      expect(decodeDataset(bytes)).toEqual(value);
    }),
  );
});

it('decodes a damaged or edited file as JSON.parse does', async () => {
  const outcome = (read: () => unknown) => {
    try {
      return { value: read() };
    } catch (error) {
      return { error: (error as Error).name };
    }
  };
  const insertion = fc.constantFrom(
    '',
    ',',
    '}',
    '{',
    '"',
    '\n',
    ' ',
    '"x":1,\n',
    '},"corpus":{\n',
    '},"mode":"m"}\n',
    ',\n',
  );
  await fc.assert(
    fc.asyncProperty(dataset, fc.nat(), fc.nat({ max: 12 }), insertion, async (value, place, removed, inserted) => {
      const whole = textOf(await encodeDataset(value)).replace(/^\uFEFF/, '');
      const at = place % (whole.length + 1);
      const edited = `${whole.slice(0, at)}${inserted}${whole.slice(at + removed)}`;
      const bytes = new TextEncoder().encode(edited);
      expect(outcome(() => decodeDataset(bytes))).toEqual(outcome(() => JSON.parse(textOf(bytes))));
    }),
    { numRuns: 2000 },
  );
});

it('refuses a file in which a section begins before the one before it has ended', () => {
  const text = '{"queries":{\n{"corpus":{\n},"relevant_docs":{\n},"mode":"m"}\n';
  expect(() => decodeDataset(new TextEncoder().encode(text))).toThrow(SyntaxError);
});

it('decodes a file that llama-index wrote', () => {
  const value = { queries: { q: 'Who?' }, corpus: { a: 'She.' }, relevant_docs: { q: ['a'] }, mode: 'text' };
  expect(decodeDataset(new TextEncoder().encode(`\uFEFF${JSON.stringify(value, null, 4)}`))).toEqual(value);
});
