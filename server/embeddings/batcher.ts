import { Fault } from '../../core/contracts/fault.ts';
import type { EmbedOptions, TextEncoder } from '../../core/contracts/model.ts';

export interface Embedded {
  /** In the order of the texts, each of the model's dimension and of length 1. */
  readonly embeddings: readonly Float32Array[];
  /** Tokens of all texts together, with prompts and special tokens, as far as the model reads them. */
  readonly tokens: number;
}

interface Request {
  readonly texts: readonly string[];
  readonly as: EmbedOptions['as'];
  resolve(embedded: Embedded): void;
  reject(error: unknown): void;
}

/** Texts of one call of the encoder: enough to fill its batches, few enough that the next request waits briefly. */
const CALL_TEXTS = 256;

/**
 * Collects the requests that arrive while the encoder works, and embeds them together. Requests are served in order of
 * arrival.
 */
export class Batcher {
  readonly #encoder: TextEncoder;
  readonly #maxWaiting: number;
  readonly #waiting: Request[] = [];
  #waitingTexts = 0;
  #working: Promise<void> | undefined;

  /** @param maxWaiting Texts that may wait. */
  constructor(encoder: TextEncoder, maxWaiting: number) {
    this.#encoder = encoder;
    this.#maxWaiting = maxWaiting;
  }

  /** @throws Fault `unavailable` if too many texts wait already. */
  embed(texts: readonly string[], as: EmbedOptions['as']): Promise<Embedded> {
    if (this.#waitingTexts > 0 && this.#waitingTexts + texts.length > this.#maxWaiting) {
      const message = `${this.#waitingTexts} texts wait to be embedded.`;
      throw new Fault('unavailable', message, 'Try again in a second, or add servers.', { retryAfterMs: 1000 });
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ texts, as, resolve, reject });
      this.#waitingTexts += texts.length;
      this.#working ??= this.#work();
    });
  }

  /** Resolves when no request waits any more. */
  async idle(): Promise<void> {
    while (this.#working) await this.#working;
  }

  async #work(): Promise<void> {
    // What arrives in the same turn of the event loop belongs to the first call already.
    await Promise.resolve();
    for (let batch = this.#next(); batch.length > 0; batch = this.#next()) await this.#embed(batch);
    this.#working = undefined;
  }

  /** The first request, and those after it that have the same prompt, up to `CALL_TEXTS`. */
  #next(): Request[] {
    const batch: Request[] = [];
    let texts = 0;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (batch.length > 0 && (next.as !== batch[0]?.as || texts + next.texts.length > CALL_TEXTS)) break;
      this.#waiting.shift();
      texts += next.texts.length;
      batch.push(next);
    }
    this.#waitingTexts -= texts;
    return batch;
  }

  async #embed(batch: readonly Request[]): Promise<void> {
    const as = batch[0]?.as;
    let tokens = new Uint32Array();
    try {
      const options: EmbedOptions = {
        ...(as && { as }),
        onTokens: (counts) => {
          tokens = Uint32Array.from(counts);
        },
      };
      const texts = batch.flatMap((request) => request.texts);
      const embeddings = await this.#encoder.embed(texts, options);
      let first = 0;
      for (const request of batch) {
        const end = first + request.texts.length;
        const sum = tokens.slice(first, end).reduce((total, count) => total + count, 0);
        request.resolve({ embeddings: embeddings.slice(first, end), tokens: sum });
        first = end;
      }
    } catch (error) {
      for (const request of batch) request.reject(error);
    }
  }
}
