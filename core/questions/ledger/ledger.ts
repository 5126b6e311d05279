import { z } from 'zod';
import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { ChatReply } from '../../contracts/chat.ts';
import { Fault } from '../../contracts/fault.ts';
import { sha256 } from '../../primitives/hash.ts';
import { inParallel } from '../../primitives/in-parallel.ts';
import { linesOfFile } from '../../primitives/text-of-file.ts';

/** Raised when requests change in a way that the other parts of the key do not show. */
const KEY_VERSION = 1;

/** The ledger of all runs: only answers that a worker was given by an endpoint. */
const PREFIX = 'ledger/';
/** Names of the endpoints that have answers in it. */
const ENDPOINTS = 'ledger-endpoints/';
/** Recordings, each by the hash of its file. Only runs that name the same recording use its answers. */
const RECORDINGS = 'recordings/';
/** Beside the ledger, by run: answers that were paid for and do not count, as their key had one already. */
const REPEATED = 'ledger-repeated/';
const WRITES_AT_ONCE = 32;

export const LEDGER_KEY = /^[0-9a-f]{64}$/;

/** An answer that was paid for, as it came. */
export const LedgerEntry = z.object({
  /** Lower-case hex SHA-256 of what the answer depends on; see `ledgerKey`. */
  key: z.string().regex(LEDGER_KEY),
  /** The chunk that was asked about: for people who read a recording; only the key is looked up. */
  chunkId: z.string().optional(),
  model: z.string(),
  /** The raw `chat.completion` object, so that parsing can improve without paying again. */
  response: z.looseObject({ choices: z.array(z.unknown()) }),
  usage: z.object({
    promptTokens: z.number().min(0),
    completionTokens: z.number().min(0),
    counted: z.literal(true).optional(),
  }),
  /** US dollars, by the profile's prices when it was paid. */
  cost: z.number().min(0).optional(),
  /** Who paid for it; absent in recordings, and in entries of earlier versions. */
  paid: z
    .object({
      /** Id of the first execution of the run's workflow: a run that is started again is another one. */
      run: z.string(),
      /** Distinguishes two answers to the same request, where both were paid for. */
      answer: z.string(),
      /** It came through the Batch API. */
      batchApi: z.literal(true).optional(),
    })
    .optional(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;
export type Payment = NonNullable<LedgerEntry['paid']>;

/** Everything that an answer depends on. */
export interface AnswerIdentity {
  /** The chunk's text. */
  text: string;
  /** The template before it is filled. */
  template: string;
  model: string;
  temperature?: number | undefined;
  perChunk: number;
  /** 0 for the first request about a chunk, 1 for the one after an unusable answer. */
  attempt: number;
}

/** A reply as a ledger entry. @param paid who paid for it; undefined: it counts as nobody's spending. */
export function toEntry(
  key: string,
  chunkId: string | undefined,
  model: string,
  { body, usage, cost }: ChatReply,
  paid?: Payment,
): LedgerEntry {
  return { key, chunkId, model, response: body, usage, cost, ...(paid && { paid }) };
}

/** The key of an answer: the same request to the same model has the same key in every run. */
export function ledgerKey({ text, template, model, temperature, perChunk, attempt }: AnswerIdentity): string {
  const identity = [KEY_VERSION, text, template, model, temperature ?? null, perChunk, attempt];
  return sha256(JSON.stringify(identity));
}

/**
 * A part of the ledger with keys of its own: a recording, by its name, or the answers of an endpoint. Two endpoints may
 * serve different models under one name. Undefined: answers of which no endpoint is known, as earlier versions and
 * tests wrote them.
 */
export type Layer = string | { endpoint: string } | undefined;

/** The answer under a key; undefined if there is none, or none that can be read. */
export function readLedger(store: ArtifactStore, key: string, layer?: Layer): Promise<LedgerEntry | undefined> {
  return readEntry(store, pathFor(key, layer));
}

/** The first answer under a key in the layers of these endpoints, then in that of no endpoint. */
export async function readLayers(
  store: ArtifactStore,
  key: string,
  endpoints: readonly string[],
): Promise<LedgerEntry | undefined> {
  for (const endpoint of endpoints) {
    const entry = await readLedger(store, key, { endpoint });
    if (entry) return entry;
  }
  return readLedger(store, key);
}

/** Endpoints with answers in the ledger, for workers without an endpoint to ask: these may use the answers of any. */
export async function knownEndpoints(store: ArtifactStore): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of store.list(ENDPOINTS)) names.push(key.slice(ENDPOINTS.length));
  return names;
}

/** Store and endpoint of what this process has registered. */
const registered = new Set<string>();

/** Before the first answer is written, so that no answer is of an unknown endpoint. */
async function registerEndpoint(store: ArtifactStore, endpoint: string): Promise<void> {
  const name = `${store.uri} ${endpoint}`;
  if (registered.has(name)) return;
  await store.putIfAbsent(`${ENDPOINTS}${endpoint}`, Buffer.from('{}'));
  registered.add(name);
}

async function readEntry(store: ArtifactStore, path: string): Promise<LedgerEntry | undefined> {
  const bytes = await store.get(path);
  return bytes && parseEntry(Buffer.from(bytes).toString('utf8')).entry;
}

/**
 * Stores an answer unless its key has one already. The first answer counts for every run; a later one is kept as a
 * payment, so that what it cost is in the account of who paid for it. A stored answer that cannot be read is replaced,
 * or every run would pay for that one again.
 * @returns the answer that counts.
 */
export async function writeLedger(store: ArtifactStore, entry: LedgerEntry, layer?: Layer): Promise<LedgerEntry> {
  if (typeof layer === 'object') await registerEndpoint(store, layer.endpoint);
  const path = pathFor(entry.key, layer);
  const bytes = Buffer.from(JSON.stringify(entry));
  if (await store.putIfAbsent(path, bytes)) return entry;
  const stored = await readEntry(store, path);
  if (!stored) {
    await store.materialise(await store.putObject(bytes), path);
    return entry;
  }
  // The same answer is written again where the response to the first write was lost, or a job is received again.
  if (entry.paid && stored.paid?.answer !== entry.paid.answer) await putRepeated(store, entry, entry.paid);
  return stored;
}

/** Answers that a run paid for, although the ledger had one from elsewhere by the time they came. */
export async function repeatedAnswers(store: ArtifactStore, run: string): Promise<LedgerEntry[]> {
  const paths: string[] = [];
  for await (const { key } of store.list(`${REPEATED}${run}/`)) paths.push(key);
  const entries = await inParallel(paths, WRITES_AT_ONCE, (path) => readEntry(store, path));
  return entries.filter((entry) => entry !== undefined);
}

function putRepeated(store: ArtifactStore, entry: LedgerEntry, { run, answer }: Payment): Promise<boolean> {
  return store.putIfAbsent(`${REPEATED}${run}/${entry.key}-${answer}`, Buffer.from(JSON.stringify(entry)));
}

/** The name of a recording in the store. */
export function recordingName(recording: Uint8Array): string {
  return sha256(recording);
}

/**
 * Imports a recording (JSON Lines of `LedgerEntry`), apart from the ledger of all runs: whoever starts a run may name
 * any file, and what is in it must not become the answers of other runs. The whole recording is validated before any of
 * it is stored.
 * @param name name of the file, for messages.
 * @returns its name in the store.
 * @throws Fault `input` naming the file and the first line that is not an entry, or cannot be decoded without loss.
 */
export async function importRecording(
  recording: Uint8Array,
  store: ArtifactStore,
  name = 'the recording',
): Promise<string> {
  const imported = recordingName(recording);
  const entries = parseRecording(recording, name);
  await inParallel(entries, WRITES_AT_ONCE, async (entry) => {
    const path = pathFor(entry.key, imported);
    // A read is cheaper than a durable write that turns out to be too late.
    return (await store.get(path)) || store.putIfAbsent(path, Buffer.from(JSON.stringify(entry)));
  });
  return imported;
}

function parseRecording(recording: Uint8Array, name: string): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  let at = 0;
  for (const line of linesOfFile(recording, name)) {
    at += 1;
    if (line.trim() === '') continue;
    const { entry, problem } = parseEntry(line);
    if (!entry) {
      throw new Fault(
        'input',
        `${name}, line ${at}, is not a recorded answer: ${problem}.`,
        'A recording has one JSON object a line with key, model, response and usage, as Hone exports it.',
      );
    }
    // A recording was paid for elsewhere, and must not change the account of a run here.
    entries.push(withoutPayment(entry));
  }
  return entries;
}

/** The keys of all answers in the ledger of all runs, endpoint by endpoint. */
export async function* ledgerKeys(store: ArtifactStore): AsyncGenerator<string> {
  for await (const { key } of store.list(PREFIX)) yield keyOf(key);
}

/** Up to `count` answers of an endpoint (default: of any). Their keys are hashes, so they are as good as any others. */
export async function someAnswers(store: ArtifactStore, count: number, endpoint?: string): Promise<LedgerEntry[]> {
  const paths: string[] = [];
  for await (const { key } of store.list(endpoint === undefined ? PREFIX : `${PREFIX}${endpoint}/`)) {
    if (paths.push(key) === count) break;
  }
  const entries = await inParallel(paths, WRITES_AT_ONCE, (path) => readEntry(store, path));
  return entries.filter((entry) => entry !== undefined);
}

/**
 * Exports the answers under these keys (default: all) as a recording, in the order of the keys, without who paid. Of
 * several endpoints' answers under one key, the first is exported.
 */
export async function exportLedger(store: ArtifactStore, keys?: Iterable<string>): Promise<string> {
  const pathOf = new Map<string, string>();
  for await (const { key: path } of store.list(PREFIX)) {
    if (!pathOf.has(keyOf(path))) pathOf.set(keyOf(path), path);
  }
  const lines: string[] = [];
  for (const key of keys ?? [...pathOf.keys()].sort()) {
    const path = pathOf.get(key);
    const entry = path && (await readEntry(store, path));
    if (entry) lines.push(`${JSON.stringify(withoutPayment(entry))}\n`);
  }
  return lines.join('');
}

function keyOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function withoutPayment({ paid: _, ...entry }: LedgerEntry): LedgerEntry {
  return entry;
}

function pathFor(key: string, layer?: Layer): string {
  return `${prefixOf(layer)}${key.slice(0, 2)}/${key}`;
}

function prefixOf(layer: Layer): string {
  if (layer === undefined) return PREFIX;
  return typeof layer === 'string' ? `${RECORDINGS}${layer}/` : `${PREFIX}${layer.endpoint}/`;
}

function parseEntry(text: string): { entry?: LedgerEntry; problem?: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: 'it is not JSON' };
  }
  const parsed = LedgerEntry.safeParse(json);
  if (parsed.success) return { entry: parsed.data };
  const [issue] = parsed.error.issues;
  return { problem: `${issue?.path.join('.') || 'the line'}: ${issue?.message}` };
}
