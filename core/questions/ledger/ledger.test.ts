import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { openFilesystemStore } from '../../artifacts/filesystem.ts';
import { temporaryStore } from '../../artifacts/temporary-store.fixture.ts';
import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import { Fault } from '../../contracts/fault.ts';
import { Bill } from './bill.ts';
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

describe('who paid', () => {
  const paidBy = (run: string, answer: string) => ({ ...entry(IDENTITY, answer), cost: 0.5, paid: { run, answer } });
  const billOf = async (run: string) => {
    const bill = new Bill(run);
    const counts = await readLedger(store, ledgerKey(IDENTITY));
    if (counts) bill.add(counts);
    await bill.addRepeated(store);
    return bill;
  };

  test('is in the ledger with the answer, also for an answer that came too late to count', async () => {
    await writeLedger(store, paidBy('one', 'first'));
    expect(await writeLedger(store, paidBy('two', 'second'))).toEqual(paidBy('one', 'first'));
    expect(await writeLedger(store, paidBy('one', 'third'))).toEqual(paidBy('one', 'first'));
    expect((await billOf('one')).spending).toMatchObject({ answers: 2, cost: 1 });
    expect((await billOf('two')).spending).toMatchObject({ answers: 1, cost: 0.5 });
    expect((await billOf('three')).spending).toMatchObject({ answers: 0, cost: 0 });
  });

  test('is counted once, however often the same answer is written', async () => {
    for (let write = 0; write < 3; write++) await writeLedger(store, paidBy('one', 'first'));
    for (let write = 0; write < 3; write++) await writeLedger(store, paidBy('two', 'second'));
    expect((await billOf('one')).spending).toMatchObject({ answers: 1 });
    expect((await billOf('two')).spending).toMatchObject({ answers: 1 });
  });

  test('is not in recordings, which change no account where they are imported', async () => {
    await writeLedger(store, paidBy('one', 'first'));
    expect(await exportLedger(store)).not.toContain('"paid"');
    const elsewhere = await openFilesystemStore(temporary.folder.join('elsewhere'));
    const recording = await importRecording(Buffer.from(JSON.stringify(paidBy('one', 'first'))), elsewhere);
    expect(await readLedger(elsewhere, ledgerKey(IDENTITY), recording)).toMatchObject({ cost: 0.5 });
    expect(await readLedger(elsewhere, ledgerKey(IDENTITY), recording)).not.toHaveProperty('paid');
  });
});

test('a stored answer that cannot be read is replaced by the next one, so that it is paid for once more and not again', async () => {
  await writeLedger(store, entry(IDENTITY, 'first'));
  for await (const { key } of store.list('ledger/')) await writeFile(fileURLToPath(`${store.uri}/${key}`), '{"rot');
  expect(await readLedger(store, ledgerKey(IDENTITY))).toBeUndefined();
  await writeLedger(store, entry(IDENTITY, 'second'));
  expect(await readLedger(store, ledgerKey(IDENTITY))).toEqual(entry(IDENTITY, 'second'));
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
