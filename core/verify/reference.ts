import type { Alteration, EncoderOptions, ModelEncoder } from '../encoder/encoder.ts';
import type { ModelFolder } from '../encoder/files/model-folder.ts';
import { openEncoderProcess } from '../encoder/process/encoder-process.ts';
import { scaled } from './drift.ts';
import type { Sample } from './samples.ts';
import { inputOf, type Variant } from './variant.ts';

type ClosableEncoder = ModelEncoder & { close(): Promise<void> };
/** Opens a model of a folder. */
export type OpenModel = (
  folder: string,
  options: EncoderOptions & { signal?: AbortSignal | undefined },
) => Promise<ClosableEncoder>;

export interface ReferenceOptions {
  readonly folder: string;
  readonly model: ModelFolder;
  /** Folder of the base model; undefined if it is not known or not here. */
  readonly baseFolder?: string | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default: in a child process. */
  readonly open?: OpenModel | undefined;
  /** Called whenever texts have been embedded, with their number. */
  readonly onEmbedded?: ((texts: number) => void) | undefined;
}

/**
 * Vectors that the model gives under a variant, made by Hone's own encoder. Vectors are kept; of the encoders, that of
 * the model and the last other one.
 */
export class Reference {
  readonly #options: ReferenceOptions;
  readonly #vectors = new Map<string, Float32Array>();
  readonly #encoders = new Map<string, Promise<ClosableEncoder>>();
  readonly #own: string;

  constructor(options: ReferenceOptions, own: Variant) {
    this.#options = options;
    this.#own = this.#encoderKey(own);
  }

  /** Unit vectors in the order of the samples. @throws Fault as `openEncoderProcess` */
  async embed(samples: readonly Sample[], variant: Variant): Promise<Float32Array[]> {
    const encoderKey = this.#encoderKey(variant);
    const keyOf = (sample: Sample) =>
      [
        encoderKey,
        this.#route(sample, variant),
        variant.specialTokens,
        variant.maxLength,
        textOf(sample, variant),
      ].join('\0');
    for (const as of ['query', 'passage'] as const) {
      const missing = new Map<string, string>();
      for (const sample of samples)
        if (this.#route(sample, variant) === as && !this.#vectors.has(keyOf(sample)))
          missing.set(keyOf(sample), textOf(sample, variant));
      if (missing.size === 0) continue;
      const { maxLength, specialTokens } = variant;
      const encoder = await this.#open(encoderKey, variant);
      const made = await encoder.embed([...missing.values()], { as, maxLength, specialTokens });
      for (const [i, key] of [...missing.keys()].entries()) this.#vectors.set(key, made[i] as Float32Array);
      this.#options.onEmbedded?.(made.length);
    }
    return samples.map((sample) => {
      const vector = this.#vectors.get(keyOf(sample)) as Float32Array;
      return variant.dimensions === undefined ? vector : scaled(vector.slice(0, variant.dimensions));
    });
  }

  async close(): Promise<void> {
    for (const opened of this.#encoders.values()) await (await opened.catch(() => undefined))?.close();
    this.#encoders.clear();
  }

  /** Only the query adapter, which changes queries alone, tells the kinds apart: prompts are part of the texts here. */
  #route({ as }: Sample, { withoutAdapter, base }: Variant): Sample['as'] {
    return this.#options.model.queryAdapter && !withoutAdapter && !base ? as : 'passage';
  }

  #encoderKey({ base, pooling, withoutDense, withoutAdapter, lowerCase }: Variant): string {
    return JSON.stringify([
      base,
      pooling,
      withoutDense,
      withoutAdapter || !this.#options.model.queryAdapter,
      lowerCase,
    ]);
  }

  async #open(key: string, variant: Variant): Promise<ClosableEncoder> {
    const { folder, baseFolder, threads, signal, model, open = openEncoderProcess } = this.#options;
    const { base, pooling, withoutDense, withoutAdapter, lowerCase } = variant;
    for (const [other, opened] of this.#encoders) {
      if (other === key || other === this.#own) continue;
      this.#encoders.delete(other);
      await (await opened.catch(() => undefined))?.close();
    }
    const altered: Alteration = { pooling, withoutDense, withoutAdapter, lowerCase };
    const opened =
      this.#encoders.get(key) ??
      open(base ? (baseFolder as string) : folder, {
        ...(base ? {} : { altered, maxLength: model.encoder.maxTokens }),
        prompts: { query: '', passage: '' },
        ...(threads && { threads }),
        signal,
      });
    this.#encoders.set(key, opened);
    return opened;
  }
}

/** A rewrite may leave nothing of a text, which is then not changed: without special tokens it would have no token. */
function textOf(sample: Sample, variant: Variant): string {
  const input = inputOf(sample, variant);
  return input.trim() === '' ? inputOf(sample, { ...variant, rewrite: 'none' }) : input;
}
