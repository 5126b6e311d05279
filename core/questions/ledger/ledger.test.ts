import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { openFilesystemStore } from '../../artifacts/filesystem.ts';
import { temporaryStore } from '../../artifacts/temporary-store.fixture.ts';
import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import { Fault } from '../../contracts/fault.ts';
import {
  type AnswerIdentity,
  exportLedger,
  importRecording,
  type LedgerEntry,
  ledgerKey,
  readLedger,
  writeLedger,
} from './ledger.ts';

const temporary = temporaryStore();
let store: ArtifactStore;
beforeEach(() => {
  store = temporary.store;
});

const IDENTITY: AnswerIdentity = { text: 'Pumps.', template: '{context_str}', model: 'm', perChunk: 2, attempt: 0 };
const entry = (identity: AnswerIdentity, content: string): LedgerEntry => ({
  key: ledgerKey(identity),
  model: identity.model,
  response: { choices: [{ message: { content } }] },
  usage: { promptTokens: 1, completionTokens: 2 },
});

test('everything that an answer depends on changes its key, and no part can be mistaken for another', () => {
  const others: Partial<AnswerIdentity>[] = [
    { text: 'Pumps' },
    { template: '{context_str}.' },
    { model: 'n' },
    { temperature: 0 },
    { perChunk: 3 },
    { attempt: 1 },
    { text: 'Pumps.","{context_str}' },
  ];
  const keys = [{}, ...others].map((change) => ledgerKey({ ...IDENTITY, ...change }));
  expect(new Set(keys).size).toBe(keys.length);
  expect(ledgerKey({ ...IDENTITY })).toBe(keys[0]);
});

test('of two answers under one key the first counts', async () => {
  await writeLedger(store, entry(IDENTITY, 'first'));
  expect(await writeLedger(store, entry(IDENTITY, 'second'))).toEqual(entry(IDENTITY, 'first'));
  expect(await readLedger(store, ledgerKey(IDENTITY))).toEqual(entry(IDENTITY, 'first'));
});

test('a ledger can be exported, imported elsewhere as a recording, and imported again', async () => {
  const entries = Array.from({ length: 100 }, (_, index) =>
    entry({ ...IDENTITY, text: `text ${index}` }, `上下文 ${index}\n\u2028`),
  );
  for (const one of entries) await writeLedger(store, one);
  const recording = await exportLedger(store);
  const elsewhere = await openFilesystemStore(temporary.folder.join('two'));
  const name = await importRecording(Buffer.from(recording), elsewhere);
  expect(await importRecording(Buffer.from(recording), elsewhere)).toBe(name);
  const rewritten = Buffer.from(`\uFEFF${recording.replaceAll('\n', '\r\n')}\n`);
  for (const one of [name, await importRecording(rewritten, elsewhere)]) {
    for (const { key, ...rest } of entries) expect(await readLedger(elsewhere, key, one)).toEqual({ key, ...rest });
  }
  expect(await exportLedger(elsewhere)).toBe('');
});

test('an answer that was paid for is not replaced by a recorded one', async () => {
  await writeLedger(store, entry(IDENTITY, 'paid'));
  const name = await importRecording(Buffer.from(JSON.stringify(entry(IDENTITY, 'recorded'))), store);
  expect(await readLedger(store, ledgerKey(IDENTITY))).toEqual(entry(IDENTITY, 'paid'));
  expect(await readLedger(store, ledgerKey(IDENTITY), name)).toEqual(entry(IDENTITY, 'recorded'));
});

test('a line that is not an answer is reported by file and line, and nothing of the file is stored', async () => {
  const good = JSON.stringify(entry(IDENTITY, 'good'));
  const line = fc.oneof(
    fc.string({ minLength: 1 }).filter((text) => text.trim() !== '' && !/[\n\r]/.test(text)),
    fc.json(),
    fc.constant(JSON.stringify({ ...entry(IDENTITY, ''), key: '../../../etc/passwd' })),
    fc.constant(good.slice(0, -5)),
  );
  await fc.assert(
    fc.asyncProperty(line, async (bad) => {
      const recording = Buffer.from(`${good}\n\n${bad}\n`);
      const fault = await importRecording(recording, store, 'answers.jsonl').catch((error: unknown) => error);
      expect(fault).toBeInstanceOf(Fault);
      expect((fault as Fault).message).toContain('answers.jsonl, line 3,');
    }),
  );
  for await (const { key } of store.list('recordings/')) expect.unreachable(key);
});
