import { createHash } from 'node:crypto';
import type { ChatMessage } from './count-tokens.ts';

/** US dollars a million tokens. */
export interface Price {
  prompt: number;
  completion: number;
}

/** gpt-4o-mini's. */
const USUAL_PRICE: Price = { prompt: 0.15, completion: 0.6 };
const KEPT_PROMPTS = 1000;

interface Asking {
  asked: number;
  billed: number;
}

/** Exact counts of what was asked, and of what would have been billed, since the start. */
export class Stats {
  /** Every request that came in. */
  requests = 0;
  /** Answers computed and so billed, those that never arrived and those of batches included. */
  chats = 0;
  embeddings = 0;
  embeddedTexts = 0;
  promptTokens = 0;
  completionTokens = 0;
  /** The bill. */
  dollars = 0;
  /** Requests refused by the limits. */
  throttled = 0;
  inFlight = 0;
  mostInFlight = 0;
  /** Last user message of the chat requests that were answered: the newest 1,000, or as many as asked for. */
  prompts: string[] = [];

  readonly #prices: Readonly<Record<string, Price>>;
  readonly #keptPrompts: number;
  readonly #askings = new Map<string, Asking>();

  constructor(prices: Readonly<Record<string, Price>> = {}, keptPrompts = KEPT_PROMPTS) {
    this.#prices = prices;
    this.#keptPrompts = keptPrompts;
  }

  /** Notes that a prompt came in; how often it had come before. */
  ask(prompt: string): number {
    return this.#asking(prompt).asked++;
  }

  billChat(prompt: string, model: string, messages: readonly ChatMessage[], used: Usage, share = 1): void {
    this.chats++;
    this.#asking(prompt).billed++;
    this.#pay(model, used, share);
    this.prompts.push(messages.findLast(({ role }) => role === 'user')?.content ?? '');
    // Cut in halves rather than one by one, which would move the whole list every time.
    if (this.prompts.length >= 2 * this.#keptPrompts) this.prompts = this.prompts.slice(-this.#keptPrompts);
  }

  billEmbeddings(model: string, texts: number, tokens: number, share = 1): void {
    this.embeddings++;
    this.embeddedTexts += texts;
    this.#pay(model, { promptTokens: tokens, completionTokens: 0 }, share);
  }

  /** How many different prompts (messages and model) were billed so often: once -> 98, twice -> 2. */
  get timesBilled(): Map<number, number> {
    const times = new Map<number, number>();
    for (const { billed } of this.#askings.values()) {
      if (billed > 0) times.set(billed, (times.get(billed) ?? 0) + 1);
    }
    return times;
  }

  /** Different prompts that were billed more than once. */
  get billedTwice(): number {
    let count = 0;
    for (const { billed } of this.#askings.values()) if (billed > 1) count++;
    return count;
  }

  #asking(prompt: string): Asking {
    let asking = this.#askings.get(prompt);
    if (!asking) {
      asking = { asked: 0, billed: 0 };
      this.#askings.set(prompt, asking);
    }
    return asking;
  }

  #pay(model: string, { promptTokens, completionTokens }: Usage, share: number): void {
    const price = this.#prices[model] ?? USUAL_PRICE;
    this.promptTokens += promptTokens;
    this.completionTokens += completionTokens;
    this.dollars += (share * (promptTokens * price.prompt + completionTokens * price.completion)) / 1e6;
  }
}

export interface Usage {
  promptTokens: number;
  completionTokens: number;
}

/** What tells one prompt from another: everything that is said, and to whom. */
export function promptHash(model: string, said: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([model, said]))
    .digest('base64url')
    .slice(0, 22);
}
