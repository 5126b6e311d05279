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
/** Recordings, each by the hash of its file. Only runs that name the same recording use its answers. */
const RECORDINGS = 'recordings/';
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
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

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

/** A reply as a ledger entry. */
export function toEntry(
  key: string,
  chunkId: string | undefined,
  model: string,
  { body, usage, cost }: ChatReply,
): LedgerEntry {
  return { key, chunkId, model, response: body, usage, cost };
}

/** The key of an answer: the same request to the same model has the same key in every run. */
export function ledgerKey({ text, template, model, temperature, perChunk, attempt }: AnswerIdentity): string {
  const identity = [KEY_VERSION, text, template, model, temperature ?? null, perChunk, attempt];
  return sha256(JSON.stringify(identity));
}

/**
 * The answer under a key; undefined if there is none, or none that can be read.
 * @param recording name of the recording to read it from; default: none, the ledger of all runs.
 */
export async function readLedger(
  store: ArtifactStore,
  key: string,
  recording?: string,
): Promise<LedgerEntry | undefined> {
  const bytes = await store.get(pathFor(key, recording));
  return bytes && parseEntry(Buffer.from(bytes).toString('utf8')).entry;
}

/**
 * Stores an answer unless its key has one already.
 * @param recording name of the recording that the answer belongs to; default: none, the ledger of all runs.
 * @returns the stored one: the first answer counts for every run.
 */
export async function writeLedger(store: ArtifactStore, entry: LedgerEntry, recording?: string): Promise<LedgerEntry> {
  if (await store.putIfAbsent(pathFor(entry.key, recording), Buffer.from(JSON.stringify(entry)))) return entry;
  return (await readLedger(store, entry.key, recording)) ?? entry;
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
    entries.push(entry);
  }
  return entries;
}

/** The keys of all answers in the ledger of all runs, in lexical order. */
export async function* ledgerKeys(store: ArtifactStore): AsyncGenerator<string> {
  for await (const { key } of store.list(PREFIX)) yield key.slice(key.lastIndexOf('/') + 1);
}

/** Exports the answers under these keys (default: all) as a recording, in the order of the keys. */
export async function exportLedger(store: ArtifactStore, keys?: Iterable<string>): Promise<string> {
  const lines: string[] = [];
  for await (const key of keys ?? ledgerKeys(store)) {
    const entry = await readLedger(store, key);
    if (entry) lines.push(`${JSON.stringify(entry)}\n`);
  }
  return lines.join('');
}

function pathFor(key: string, recording?: string): string {
  const layer = recording === undefined ? PREFIX : `${RECORDINGS}${recording}/`;
  return `${layer}${key.slice(0, 2)}/${key}`;
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
