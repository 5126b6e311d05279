import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { Fault } from '../contracts/fault.ts';
import type { EmbedOptions, TextEncoder as Encoder } from '../contracts/model.ts';
import { RequestRefused } from '../contracts/provider.ts';
import { sha256 } from '../primitives/hash.ts';
import { openTokenCounter } from './count-tokens.ts';
import type { Endpoint } from './endpoint.ts';
import { readUsage } from './usage.ts';

/**
 * Per request. OpenAI allows 2,048 texts and 300,000 tokens; the number of texts is halved when a request is refused.
 */
const MAX_TEXTS = 128;
const MAX_TOKENS = 50_000;

/**
 * A hosted embedding model as a `TextEncoder`: L2-normalised embeddings, each distinct text requested once and cached.
 */
export async function openEmbedder(
  endpoint: Endpoint,
  model: string,
  { store, signal }: { store?: ArtifactStore | undefined; signal?: AbortSignal | undefined },
): Promise<Encoder> {
  const counter = await openTokenCounter(model);
  let maxTexts = MAX_TEXTS;

  async function request(texts: readonly string[]): Promise<Float32Array[]> {
    const tokens = texts.reduce((sum, text) => sum + counter.text(text), 0);
    return endpoint.request(
      model,
      tokens,
      {
        // Without encoding_format the SDK asks for base64, which not every server knows.
        send: (client, options) =>
          client.embeddings.create({ model, input: [...texts], encoding_format: 'float' }, options).asResponse(),
        read: (json) => ({ value: readVectors(json, texts.length), tokens: readUsage(json).promptTokens || tokens }),
      },
      signal,
    );
  }

  /** Requests texts in parts, which are halved while the endpoint refuses them; a size that was accepted is kept. */
  async function embedMissing(
    texts: string[],
    keep: (text: string, embedding: Float32Array) => Promise<void>,
  ): Promise<void> {
    for (let start = 0; start < texts.length; ) {
      const part = nextPart(texts, start, maxTexts, counter.text);
      try {
        const embeddings = await request(part);
        await Promise.all(part.map((text, index) => keep(text, embeddings[index] as Float32Array)));
        start += part.length;
      } catch (error) {
        if (!(error instanceof RequestRefused) || part.length === 1) throw error;
        maxTexts = Math.floor(part.length / 2);
      }
    }
  }

  // The same model name at another address may be another model, so the address is part of the key.
  const space = sha256(JSON.stringify([endpoint.baseURL, model]));
  const keyOf = (text: string) => {
    const digest = sha256(text);
    return `embeddings/${space}/${digest.slice(0, 2)}/${digest}`;
  };

  async function embed(texts: readonly string[], { onProgress }: EmbedOptions = {}): Promise<Float32Array[]> {
    // Endpoints refuse an empty text; a blank is the closest replacement.
    const wanted = texts.map((text) => (text === '' ? ' ' : text));
    const embeddings = new Map<string, Float32Array>();
    const missing: string[] = [];
    for (const text of new Set(wanted)) {
      const cached = store && fromBytes(await store.get(keyOf(text)));
      if (cached) embeddings.set(text, cached);
      else missing.push(text);
    }
    onProgress?.(embeddings.size);
    await embedMissing(missing, async (text, embedding) => {
      const { buffer, byteOffset, byteLength } = embedding;
      await store?.putIfAbsent(keyOf(text), new Uint8Array(buffer, byteOffset, byteLength));
      embeddings.set(text, embedding);
      onProgress?.(embeddings.size);
    });
    const all = wanted.map((text) => embeddings.get(text) as Float32Array);
    const odd = all.find(({ length }) => length !== all[0]?.length);
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
  return { dimension: probe?.length ?? 0, embed };
}

function nextPart(
  texts: readonly string[],
  start: number,
  maxTexts: number,
  countTokens: (text: string) => number,
): string[] {
  let tokens = 0;
  let end = start;
  while (end < texts.length && end - start < maxTexts) {
    tokens += countTokens(texts[end] as string);
    if (tokens > MAX_TOKENS && end > start) break;
    end++;
  }
  return texts.slice(start, end);
}

/** `data[].embedding` in the order of `index`, each scaled to length 1. */
function readVectors(json: unknown, count: number): Float32Array[] {
  const data = (json as { data?: { index?: number; embedding?: unknown }[] } | null)?.data;
  if (!Array.isArray(data) || data.length !== count)
    throw new SyntaxError('answered with something else than one vector a text');
  const embeddings = new Array<Float32Array>(count);
  data.forEach((item, position) => {
    const embedding = normalised(item?.embedding);
    if (!embedding) throw new SyntaxError('answered with something that is not a vector');
    embeddings[item.index ?? position] = embedding;
  });
  // `includes` finds the holes that a wrong index leaves.
  if (embeddings.length !== count || (embeddings as unknown[]).includes(undefined)) {
    throw new SyntaxError('answered with a vector too few');
  }
  return embeddings;
}

function normalised(values: unknown): Float32Array | undefined {
  if (!Array.isArray(values) || values.length === 0) return undefined;
  const norm = Math.hypot(...values);
  if (!Number.isFinite(norm) || norm === 0) return undefined;
  return Float32Array.from(values as number[], (value) => value / norm);
}

/** A cached embedding; undefined if its bytes are corrupt. */
function fromBytes(bytes: Uint8Array | undefined): Float32Array | undefined {
  if (!bytes || bytes.length === 0 || bytes.length % 4 !== 0) return undefined;
  const embedding = new Float32Array(bytes.slice().buffer);
  return Math.abs(Math.hypot(...embedding) - 1) < 1e-3 ? embedding : undefined;
}
