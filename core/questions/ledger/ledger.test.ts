import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFilesystemStore } from '../../artifacts/filesystem.ts';
import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import { Fault } from '../../contracts/fault.ts';
import {
  type Asked,
  exportLedger,
  importLedger,
  type LedgerEntry,
  ledgerKey,
  readLedger,
  writeLedger,
} from './ledger.ts';

let folder: string;
let store: ArtifactStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-ledger-'));
  store = await openFilesystemStore(join(folder, 'one'));
});
afterEach(() => rm(folder, { recursive: true }));

const ASKED: Asked = { text: 'Pumps.', template: '{context_str}', model: 'm', perChunk: 2, attempt: 0 };
const entry = (asked: Asked, content: string): LedgerEntry => ({
  key: ledgerKey(asked),
  model: asked.model,
  response: { choices: [{ message: { content } }] },
  usage: { promptTokens: 1, completionTokens: 2 },
});

test('whatever an answer depends on is in its key, and nothing can be shifted from one part to another', () => {
  const others: Partial<Asked>[] = [
    { text: 'Pumps' },
    { template: '{context_str}.' },
    { model: 'n' },
    { temperature: 0 },
    { perChunk: 3 },
    { attempt: 1 },
    { text: 'Pumps.","{context_str}' },
  ];
  const keys = [{}, ...others].map((change) => ledgerKey({ ...ASKED, ...change }));
  expect(new Set(keys).size).toBe(keys.length);
  expect(ledgerKey({ ...ASKED })).toBe(keys[0]);
});

test('of two answers under one key the first is everybody’s', async () => {
  await writeLedger(store, entry(ASKED, 'first'));
  expect(await writeLedger(store, entry(ASKED, 'second'))).toEqual(entry(ASKED, 'first'));
  expect(await readLedger(store, ledgerKey(ASKED))).toEqual(entry(ASKED, 'first'));
});

test('a ledger can be shipped: exported, imported elsewhere, and imported again', async () => {
  const entries = Array.from({ length: 100 }, (_, index) =>
    entry({ ...ASKED, text: `text ${index}` }, `上下文 ${index}\n\u2028`),
  );
  for (const one of entries) await writeLedger(store, one);
  const recording = await exportLedger(store);
  const elsewhere = await openFilesystemStore(join(folder, 'two'));
  expect(await importLedger(recording, elsewhere)).toEqual({ entries: 100, added: 100 });
  expect(await importLedger(Buffer.from(`\uFEFF${recording.replaceAll('\n', '\r\n')}\n`), elsewhere)).toEqual({
    entries: 100,
    added: 0,
  });
  expect(await exportLedger(elsewhere)).toBe(recording);
  for (const one of entries) expect(await readLedger(elsewhere, one.key)).toEqual(one);
});

test('an answer that was paid for is not replaced by a recorded one', async () => {
  await writeLedger(store, entry(ASKED, 'paid'));
  expect(await importLedger(JSON.stringify(entry(ASKED, 'recorded')), store)).toEqual({ entries: 1, added: 0 });
  expect(await readLedger(store, ledgerKey(ASKED))).toEqual(entry(ASKED, 'paid'));
});

test('a line that is no answer is named by file and line, and nothing of the file is stored', async () => {
  const good = JSON.stringify(entry(ASKED, 'good'));
  const line = fc.oneof(
    fc.string({ minLength: 1 }).filter((text) => text.trim() !== '' && !/[\n\r]/.test(text)),
    fc.json(),
    fc.constant(JSON.stringify({ ...entry(ASKED, ''), key: '../../../etc/passwd' })),
    fc.constant(good.slice(0, -5)),
  );
  await fc.assert(
    fc.asyncProperty(line, async (bad) => {
      const fault = await importLedger(`${good}\n\n${bad}\n`, store, 'answers.jsonl').catch((error: unknown) => error);
      expect(fault).toBeInstanceOf(Fault);
      expect((fault as Fault).message).toContain('answers.jsonl, line 3,');
    }),
  );
  expect(await exportLedger(store)).toBe('');
});
