import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { ChatReply } from '../../contracts/chat.ts';
import { Fault } from '../../contracts/fault.ts';
import { inParallel } from '../../primitives/in-parallel.ts';
import { decodeLines } from '../../primitives/text-lines.ts';

/** Raised when what is asked changes in a way that the rest of the key does not show. */
const SCHEMA_VERSION = 1;

const PREFIX = 'ledger/';
const IMPORTED_AT_ONCE = 32;

/** One paid answer, as it came. */
export const LedgerEntry = z.object({
  /** Lower-case hex SHA-256 of what was asked; see `ledgerKey`. */
  key: z.string().regex(/^[0-9a-f]{64}$/),
  /** Chunk it was asked of: for people who read a recording; the key alone decides. */
  chunkId: z.string().optional(),
  model: z.string(),
  /** The raw `chat.completion` object, so that parsing can improve without paying again. */
  response: z.looseObject({ choices: z.array(z.unknown()) }),
  usage: z.object({ promptTokens: z.number().min(0), completionTokens: z.number().min(0) }),
  /** US dollars, by the prices of the day it was bought. */
  cost: z.number().min(0).optional(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

/** All that an answer depends on. */
export interface Asked {
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

/** A reply as it is kept. */
export function toEntry(key: string, chunkId: string, model: string, { body, usage, cost }: ChatReply): LedgerEntry {
  const response = body as LedgerEntry['response'];
  return { key, chunkId, model, response, usage, ...(cost !== undefined && { cost }) };
}

/** The same question to the same model has the same key, whoever asks, whenever, in whatever run. */
export function ledgerKey({ text, template, model, temperature, perChunk, attempt }: Asked): string {
  const asked = [SCHEMA_VERSION, text, template, model, temperature ?? null, perChunk, attempt];
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex');
}

/** The answer under a key, or undefined; what cannot be read counts as not there. */
export async function readLedger(store: ArtifactStore, key: string): Promise<LedgerEntry | undefined> {
  const bytes = await store.get(pathOf(key));
  return bytes && parseEntry(Buffer.from(bytes).toString('utf8')).entry;
}

/** Keeps an answer unless the key has one already, and returns the one that is kept: the first is everybody's. */
export async function writeLedger(store: ArtifactStore, entry: LedgerEntry): Promise<LedgerEntry> {
  if (await store.putIfAbsent(pathOf(entry.key), Buffer.from(JSON.stringify(entry)))) return entry;
  return (await readLedger(store, entry.key)) ?? entry;
}

/**
 * Loads a recording (JSON Lines of `LedgerEntry`) into the ledger; entries that are there already stay as they are.
 * The recording is checked as a whole before any of it is stored.
 * @param name of the file, for messages.
 * @returns how many entries the recording holds and how many of them were new.
 * @throws Fault `input` naming the file and the first line that is no entry.
 */
export async function importLedger(
  recording: string | Uint8Array,
  store: ArtifactStore,
  name = 'the recording',
): Promise<{ entries: number; added: number }> {
  const entries: LedgerEntry[] = [];
  let at = 0;
  for (const line of decodeLines(typeof recording === 'string' ? Buffer.from(recording) : recording)) {
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
  const added = await inParallel(entries, IMPORTED_AT_ONCE, async (entry) => {
    const path = pathOf(entry.key);
    // Looking first is cheaper than a durable write that then loses.
    return !(await store.get(path)) && store.putIfAbsent(path, Buffer.from(JSON.stringify(entry)));
  });
  return { entries: entries.length, added: added.filter(Boolean).length };
}

/** The keys of all answers there are, in lexical order. */
export async function* ledgerKeys(store: ArtifactStore): AsyncGenerator<string> {
  for await (const { key } of store.list(PREFIX)) yield key.slice(key.lastIndexOf('/') + 1);
}

/** A recording of the answers under these keys (default: all there are), in the order of the keys. */
export async function exportLedger(store: ArtifactStore, keys?: Iterable<string>): Promise<string> {
  const lines: string[] = [];
  for await (const key of keys ?? ledgerKeys(store)) {
    const entry = await readLedger(store, key);
    if (entry) lines.push(`${JSON.stringify(entry)}\n`);
  }
  return lines.join('');
}

function pathOf(key: string): string {
  return `${PREFIX}${key.slice(0, 2)}/${key}`;
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
