import { RequestRefused } from '../contracts/provider.ts';

export interface RequestPartsOptions {
  /** Texts of a request at first. */
  readonly maxTexts: number;
  /** Tokens of a request, unless a single text has more. */
  readonly maxTokens: number;
  readonly countTokens: (text: string) => number;
}

/**
 * Divides texts into requests. The number of texts of a request is halved while the endpoint refuses it; a number that
 * was accepted is kept.
 */
export class RequestParts {
  readonly #options: RequestPartsOptions;
  #maxTexts: number;

  constructor(options: RequestPartsOptions) {
    this.#options = options;
    this.#maxTexts = options.maxTexts;
  }

  /** @throws what `send` throws; RequestRefused only for a single text. */
  async each(texts: readonly string[], send: (part: string[]) => Promise<void>): Promise<void> {
    for (let start = 0; start < texts.length; ) {
      const part = this.#next(texts, start);
      try {
        await send(part);
        start += part.length;
      } catch (error) {
        if (!(error instanceof RequestRefused) || part.length === 1) throw error;
        this.#maxTexts = Math.floor(part.length / 2);
      }
    }
  }

  #next(texts: readonly string[], start: number): string[] {
    const { maxTokens, countTokens } = this.#options;
    let tokens = 0;
    let end = start;
    while (end < texts.length && end - start < this.#maxTexts) {
      tokens += countTokens(texts[end] as string);
      if (tokens > maxTokens && end > start) break;
      end++;
    }
    return texts.slice(start, end);
  }
}
