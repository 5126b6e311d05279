import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { Fault } from '../contracts/fault.ts';
import type { EmbedOptions, TextEncoder as Encoder } from '../contracts/model.ts';
import { sha256 } from '../primitives/hash.ts';
import { openTokenCounter } from './count-tokens.ts';
import type { Endpoint } from './endpoint.ts';
import { readVectors } from './read-vectors.ts';
import { RequestParts } from './request-parts.ts';
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
  const parts = new RequestParts({ maxTexts: MAX_TEXTS, maxTokens: MAX_TOKENS, countTokens: counter.text });

  async function request(texts: readonly string[]): Promise<Float32Array[]> {
    const tokens = texts.reduce((sum, text) => sum + counter.text(text), 0);
    return endpoint.request(
      model,
      tokens,
      {
        operation: 'embeddings',
        // Without encoding_format the SDK asks for base64, which not every server knows.
        send: (client, options) =>
          client.embeddings.create({ model, input: [...texts], encoding_format: 'float' }, options).asResponse(),
        read: (json) => {
          const value = normalisedVectors(json, texts.length);
          const promptTokens = readUsage(json).promptTokens || tokens;
          return { value, tokens: promptTokens, billed: { usage: { promptTokens, completionTokens: 0 } } };
        },
      },
      signal,
    );
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
    await parts.each(missing, async (part) => {
      const vectors = await request(part);
      const keep = async (text: string, index: number) => {
        const embedding = vectors[index] as Float32Array;
        const { buffer, byteOffset, byteLength } = embedding;
        await store?.putIfAbsent(keyOf(text), new Uint8Array(buffer, byteOffset, byteLength));
        embeddings.set(text, embedding);
        onProgress?.(embeddings.size);
      };
      await Promise.all(part.map(keep));
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

/** `data[].embedding` in the order of `index`, each scaled to length 1. */
function normalisedVectors(json: unknown, count: number): Float32Array[] {
  return readVectors(json, count).map((values) => {
    const norm = Math.hypot(...values);
    if (!Number.isFinite(norm) || norm === 0) throw new SyntaxError('answered with something that is not a vector');
    return Float32Array.from(values, (value) => value / norm);
  });
}

/** A cached embedding; undefined if its bytes are corrupt. */
function fromBytes(bytes: Uint8Array | undefined): Float32Array | undefined {
  if (!bytes || bytes.length === 0 || bytes.length % 4 !== 0) return undefined;
  const embedding = new Float32Array(bytes.slice().buffer);
  return Math.abs(Math.hypot(...embedding) - 1) < 1e-3 ? embedding : undefined;
}
