import { createHash } from 'node:crypto';
import type { ChatMessage } from './count-tokens.ts';

/** US dollars per million tokens. */
export interface Price {
  prompt: number;
  completion: number;
}

/** That of gpt-4o-mini. */
const DEFAULT_PRICE: Price = { prompt: 0.15, completion: 0.6 };
const KEPT_PROMPTS = 1000;

/** Counts of one prompt. */
interface PromptCounts {
  requests: number;
  billed: number;
}

/** Exact counts of requests, and of what OpenAI would have billed, since the start. */
export class Stats {
  /** All requests, to any endpoint. */
  requests = 0;
  /** Chat completions computed and billed, including those that never arrived and those in batches. */
  chats = 0;
  /** Embeddings requests billed. */
  embeddings = 0;
  embeddedTexts = 0;
  promptTokens = 0;
  completionTokens = 0;
  /** Amount billed. */
  dollars = 0;
  /** Requests rejected by the rate limits. */
  throttled = 0;
  inFlight = 0;
  mostInFlight = 0;
  /** The last user message of answered chat requests: at least the newest 1,000, or `keptPrompts`. */
  prompts: string[] = [];

  readonly #prices: Readonly<Record<string, Price>>;
  readonly #keptPrompts: number;
  readonly #counts = new Map<string, PromptCounts>();

  constructor(prices: Readonly<Record<string, Price>> = {}, keptPrompts = KEPT_PROMPTS) {
    this.#prices = prices;
    this.#keptPrompts = keptPrompts;
  }

  /** Counts a request with this prompt. @returns the number of earlier ones. */
  countRequest(prompt: string): number {
    return this.#countsOf(prompt).requests++;
  }

  billChat(prompt: string, model: string, messages: readonly ChatMessage[], used: Usage, share = 1): void {
    this.chats++;
    this.#countsOf(prompt).billed++;
    this.#pay(model, used, share);
    this.prompts.push(messages.findLast(({ role }) => role === 'user')?.content ?? '');
    // Halved now and then: removing one at a time would copy the whole list each time.
    if (this.prompts.length >= 2 * this.#keptPrompts) this.prompts = this.prompts.slice(-this.#keptPrompts);
  }

  billEmbeddings(model: string, texts: number, tokens: number, share = 1): void {
    this.embeddings++;
    this.embeddedTexts += texts;
    this.#pay(model, { promptTokens: tokens, completionTokens: 0 }, share);
  }

  /** Number of different prompts (messages and model) by how often they were billed: 1 -> 98, 2 -> 2. */
  get timesBilled(): Map<number, number> {
    const times = new Map<number, number>();
    for (const { billed } of this.#counts.values()) {
      if (billed > 0) times.set(billed, (times.get(billed) ?? 0) + 1);
    }
    return times;
  }

  /** Different prompts that were billed more than once. */
  get billedTwice(): number {
    let count = 0;
    for (const { billed } of this.#counts.values()) if (billed > 1) count++;
    return count;
  }

  #countsOf(prompt: string): PromptCounts {
    let counts = this.#counts.get(prompt);
    if (!counts) {
      counts = { requests: 0, billed: 0 };
      this.#counts.set(prompt, counts);
    }
    return counts;
  }

  #pay(model: string, { promptTokens, completionTokens }: Usage, share: number): void {
    const price = this.#prices[model] ?? DEFAULT_PRICE;
    this.promptTokens += promptTokens;
    this.completionTokens += completionTokens;
    this.dollars += (share * (promptTokens * price.prompt + completionTokens * price.completion)) / 1e6;
  }
}

export interface Usage {
  promptTokens: number;
  completionTokens: number;
}

/** A hash that is equal for equal prompts. @param content Messages or inputs. */
export function promptHash(model: string, content: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([model, content]))
    .digest('base64url')
    .slice(0, 22);
}
