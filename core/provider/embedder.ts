import { createHash } from 'node:crypto';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { Fault } from '../contracts/fault.ts';
import type { EmbedOptions, TextEncoder as Encoder } from '../contracts/model.ts';
import { RequestRefused } from '../contracts/provider.ts';
import { openTokenMeter } from './count-tokens.ts';
import type { Endpoint } from './endpoint.ts';
import { readUsage } from './usage.ts';

/** OpenAI takes 2,048 texts and 300,000 tokens a request; these leave room, and a refusal halves them. */
const BATCH_TEXTS = 128;
const BATCH_TOKENS = 50_000;

/** A hosted embedding model as a `TextEncoder`: rows L2-normalised, each distinct text asked for once and then kept. */
export async function openEmbedder(
  endpoint: Endpoint,
  model: string,
  { store, signal }: { store?: ArtifactStore; signal?: AbortSignal },
): Promise<Encoder> {
  const meter = await openTokenMeter(model);
  let batchTexts = BATCH_TEXTS;

  async function ask(texts: readonly string[]): Promise<Float32Array[]> {
    const tokens = texts.reduce((sum, text) => sum + meter.text(text), 0);
    return endpoint.request(
      model,
      tokens,
      // Without encoding_format the SDK asks for base64, which not every server knows.
      (client, options) =>
        client.embeddings.create({ model, input: [...texts], encoding_format: 'float' }, options).asResponse(),
      (json) => ({ value: readVectors(json, texts.length), tokens: readUsage(json).promptTokens || tokens }),
      signal,
    );
  }

  /** Asks in ever smaller batches as long as the endpoint finds them too large; what it takes is remembered. */
  async function embedMissing(
    texts: string[],
    keep: (text: string, row: Float32Array) => Promise<void>,
  ): Promise<void> {
    for (let start = 0; start < texts.length; ) {
      const batch = nextBatch(texts, start, batchTexts, meter.text);
      try {
        const rows = await ask(batch);
        await Promise.all(batch.map((text, index) => keep(text, rows[index] as Float32Array)));
        start += batch.length;
      } catch (error) {
        if (!(error instanceof RequestRefused) || batch.length === 1) throw error;
        batchTexts = Math.floor(batch.length / 2);
      }
    }
  }

  // The same name at another address may be another model, so the address is part of the key.
  const space = sha256(JSON.stringify([endpoint.baseURL, model]));
  const keyOf = (text: string) => {
    const digest = sha256(text);
    return `embeddings/${space}/${digest.slice(0, 2)}/${digest}`;
  };

  async function embed(texts: readonly string[], { onProgress }: EmbedOptions = {}): Promise<Float32Array[]> {
    // An empty text is refused as input; a blank one is the nearest thing to it.
    const wanted = texts.map((text) => (text === '' ? ' ' : text));
    const rows = new Map<string, Float32Array>();
    const missing: string[] = [];
    for (const text of new Set(wanted)) {
      const kept = store && fromBytes(await store.get(keyOf(text)));
      if (kept) rows.set(text, kept);
      else missing.push(text);
    }
    onProgress?.(rows.size);
    await embedMissing(missing, async (text, row) => {
      await store?.putIfAbsent(keyOf(text), new Uint8Array(row.buffer, row.byteOffset, row.byteLength));
      rows.set(text, row);
      onProgress?.(rows.size);
    });
    const all = wanted.map((text) => rows.get(text) as Float32Array);
    const odd = all.find((row) => row.length !== all[0]?.length);
    if (odd) {
      throw new Fault(
        'config',
        `"${model}" at ${endpoint.host} returned vectors of ${all[0]?.length} and of ${odd.length} dimensions.`,
        'Another model seems to answer under this name now; name a fixed version of it.',
      );
    }
    return all;
  }

  const [probe] = await embed(['dimension']);
  return { dimension: (probe as Float32Array).length, embed };
}

function nextBatch(
  texts: readonly string[],
  start: number,
  most: number,
  countTokens: (text: string) => number,
): string[] {
  let tokens = 0;
  let end = start;
  while (end < texts.length && end - start < most) {
    tokens += countTokens(texts[end] as string);
    if (tokens > BATCH_TOKENS && end > start) break;
    end++;
  }
  return texts.slice(start, end);
}

/** `data[].embedding` in the order of `index`, each scaled to length 1. */
function readVectors(json: unknown, count: number): Float32Array[] {
  const data = (json as { data?: { index?: number; embedding?: unknown }[] } | null)?.data;
  if (!Array.isArray(data) || data.length !== count) throw new SyntaxError('not one vector a text');
  const rows = new Array<Float32Array>(count);
  data.forEach((item, position) => {
    const row = normalised(item?.embedding);
    if (!row) throw new SyntaxError('not a vector');
    rows[item.index ?? position] = row;
  });
  // `includes` sees the holes that an index out of place leaves.
  if (rows.length !== count || (rows as unknown[]).includes(undefined)) throw new SyntaxError('a vector is missing');
  return rows;
}

function normalised(values: unknown): Float32Array | undefined {
  if (!Array.isArray(values) || values.length === 0) return undefined;
  const norm = Math.hypot(...values);
  if (!Number.isFinite(norm) || norm === 0) return undefined;
  return Float32Array.from(values as number[], (value) => value / norm);
}

/** What the cache holds, unless it was damaged. */
function fromBytes(bytes: Uint8Array | undefined): Float32Array | undefined {
  if (!bytes || bytes.length === 0 || bytes.length % 4 !== 0) return undefined;
  const row = new Float32Array(bytes.slice().buffer);
  const norm = Math.hypot(...row);
  return Math.abs(norm - 1) < 1e-3 ? row : undefined;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
