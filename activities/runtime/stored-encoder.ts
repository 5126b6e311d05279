import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { BaseModel, EmbedOptions, TextEncoder, TunedModel } from '../../core/contracts/model.ts';
import type { TrainingOptions } from '../../core/contracts/training.ts';
import { openEncoderProcess } from '../../core/encoder/process/encoder-process.ts';
import { dot } from '../../core/primitives/dot.ts';
import { canonicalJson, sha256 } from '../../core/primitives/hash.ts';
import type { StepContext } from './context.ts';
import { encoderOptions, openBase, openTuned, tunedHash } from './models.ts';
import { StoredVectors } from './stored-vectors.ts';

/** Increased whenever the same text would get another vector from the same model. */
const EMBEDDING_VERSION = 1;

/** Texts embedded and stored at once: some seconds of work, which is what a kill loses. */
const PART = { texts: 512, characters: 200_000 };

/** An encoder that has to be closed. */
export type ClosableEncoder = TextEncoder & { close(): Promise<void> };

type Limits = Partial<Pick<TrainingOptions, 'maxLength' | 'prompts'>>;

/** The base model as an encoder, with its vectors in the store. Its process starts when a text is new. */
export async function openBaseEncoder(context: StepContext, base: BaseModel, limits: Limits): Promise<ClosableEncoder> {
  return openStoredEncoder(context, base.sha256, limits, () => openBase(context, base));
}

/** A tuned model, likewise. */
export async function openTunedEncoder(context: StepContext, model: TunedModel): Promise<ClosableEncoder> {
  return openStoredEncoder(context, tunedHash(model.files), {}, () => openTuned(context, model));
}

async function openStoredEncoder(
  context: StepContext,
  model: string,
  limits: Limits,
  openFolder: () => Promise<string>,
): Promise<ClosableEncoder> {
  const options = await encoderOptions(context, limits);
  const { maxLength, prompts, device } = options;
  const space = sha256(canonicalJson([EMBEDDING_VERSION, model, { maxLength, prompts, device }]));
  return storedEncoder(context.store, space, async () => openEncoderProcess(await openFolder(), options));
}

/**
 * An encoder that keeps its vectors in the store as it makes them, and makes none that is there.
 *
 * Invariant: texts are embedded in parts that depend on the texts of the call alone, and a part is stored as a whole.
 * The last bits of a vector depend on the texts that it is computed with; a call that is interrupted and repeated gives
 * the same vectors as an undisturbed one.
 * @param open Opens the encoder when a text is new; then it is open until `close`.
 */
export async function storedEncoder(
  store: ArtifactStore,
  space: string,
  open: () => Promise<ClosableEncoder>,
): Promise<ClosableEncoder> {
  const stored = await StoredVectors.open(store, space);
  let opened: Promise<ClosableEncoder> | undefined;
  let dimension = stored.dimension;
  const encoder = async () => {
    opened ??= open();
    ({ dimension } = await opened);
    return opened;
  };
  if (dimension === undefined) await encoder();
  return {
    get dimension() {
      return dimension ?? 0;
    },
    async embed(texts, { as, onProgress }: EmbedOptions = {}) {
      const keyOf = (text: string) => sha256(`${as ?? ''}\n${text}`).slice(0, 32);
      const vectors = await stored.read(new Set(texts.map(keyOf)));
      for (const part of partsOf(texts)) {
        const missing = part.filter((text) => !vectors.has(keyOf(text)));
        if (missing.length === 0) continue;
        const done = vectors.size;
        const options = { ...(as && { as }), onProgress: (more: number) => onProgress?.(done + more) };
        const made = await (await encoder()).embed(missing, options);
        const fresh = new Map(missing.map((text, i) => [keyOf(text), made[i] as Float32Array]));
        // A model that has diverged is no model to keep anything of.
        if (made.every((vector) => Math.abs(dot(vector, vector) - 1) < 0.01)) await stored.write(fresh);
        for (const [key, vector] of fresh) vectors.set(key, vector);
      }
      onProgress?.(texts.length);
      return texts.map((text) => vectors.get(keyOf(text)) as Float32Array);
    },
    async close() {
      await (await opened?.catch(() => undefined))?.close();
    },
  };
}

/** The distinct texts in parts, by their length: texts of similar length are embedded fastest together. */
function* partsOf(texts: readonly string[]): Generator<string[]> {
  const sorted = [...new Set(texts)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  let part: string[] = [];
  let characters = 0;
  for (const text of sorted) {
    if (part.length > 0 && (part.length === PART.texts || characters + text.length > PART.characters)) {
      yield part;
      part = [];
      characters = 0;
    }
    part.push(text);
    characters += text.length;
  }
  if (part.length > 0) yield part;
}
