import { Fault } from '../../core/contracts/fault.ts';
import type { Api } from './api.ts';

/** What clients of `/v1/embeddings` met. */
export interface Load {
  readonly clients: number;
  readonly requests: number;
  /** `503 Service Unavailable` and the like -> how often. */
  readonly failures: Readonly<Record<string, number>>;
  /** Answers by the version that the server named: `handbook@1` -> how many. */
  readonly versions: Readonly<Record<string, number>>;
  readonly requestsPerSecond: number;
  /** Milliseconds from a request to the end of its answer. */
  readonly latency: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Lowest cosine between an answer and what the version that it names answers afterwards. */
  readonly lowestCosine: number;
  /** Highest cosine between the answers of two versions to the same text. */
  readonly highestBetweenVersions: number;
}

interface Vectors {
  readonly text: string;
  /** Version -> the first answer, and the lowest cosine of a later one with it. */
  readonly byVersion: Map<string, { readonly first: readonly number[]; lowest: number }>;
}

/** Clients that embed without a pause, each its own text, until they are stopped. */
export class Clients {
  readonly #api: Api;
  readonly #model: string;
  readonly #failures: Record<string, number> = {};
  readonly #versions: Record<string, number> = {};
  readonly #latencies: number[] = [];
  readonly #vectors: readonly Vectors[];
  readonly #running: Promise<unknown>;
  readonly #began = performance.now();
  #stopped = false;

  /** Starts a client for each text. @param model Published name, without a version. */
  constructor(api: Api, model: string, texts: readonly string[]) {
    this.#api = api;
    this.#model = model;
    this.#vectors = texts.map((text) => ({ text, byVersion: new Map() }));
    this.#running = Promise.all(this.#vectors.map((vectors) => this.#embed(vectors)));
  }

  /** Answers so far that named this version: `handbook@1`. */
  answeredBy(version: string): number {
    return this.#versions[version] ?? 0;
  }

  get failures(): number {
    return Object.values(this.#failures).reduce((sum, count) => sum + count, 0);
  }

  /** Stops the clients once their requests are answered, and compares the answers with those of each version now. */
  async stop(): Promise<Load> {
    this.#stopped = true;
    await this.#running;
    const seconds = (performance.now() - this.#began) / 1000;
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
    return {
      clients: this.#vectors.length,
      requests: sorted.length,
      failures: this.#failures,
      versions: this.#versions,
      requestsPerSecond: sorted.length / seconds,
      latency: { p50: at(0.5), p99: at(0.99), max: at(1) },
      ...(await this.#compare()),
    };
  }

  async #embed({ text, byVersion }: Vectors): Promise<void> {
    while (!this.#stopped) {
      const began = performance.now();
      const answer = await this.#api
        .ask('/v1/embeddings', { role: 'embed', body: { model: this.#model, input: text } })
        .catch((error: Error) => error);
      if (this.#stopped && answer instanceof Error && answer.name === 'AbortError') return;
      this.#latencies.push(performance.now() - began);
      if (answer instanceof Error || answer.status !== 200) {
        const what = answer instanceof Error ? describe(answer) : `status ${answer.status}`;
        this.#failures[what] = (this.#failures[what] ?? 0) + 1;
        continue;
      }
      const { model, data } = answer.body;
      this.#versions[model] = this.answeredBy(model) + 1;
      const embedding: number[] = data[0].embedding;
      const seen = byVersion.get(model);
      if (seen) seen.lowest = Math.min(seen.lowest, cosine(seen.first, embedding));
      else byVersion.set(model, { first: embedding, lowest: 1 });
    }
  }

  async #compare(): Promise<Pick<Load, 'lowestCosine' | 'highestBetweenVersions'>> {
    let lowestCosine = 1;
    let highestBetweenVersions = -1;
    const input = this.#vectors.map(({ text }) => text);
    const answers = new Map<string, readonly number[][]>();
    for (const version of Object.keys(this.#versions)) {
      const { model, data } = await this.#api.ok('/v1/embeddings', { role: 'embed', body: { model: version, input } });
      if (model !== version)
        throw new Fault('input', `${version} was answered by ${model}.`, 'See the log of hone serve.');
      answers.set(
        version,
        data.map(({ embedding }: { embedding: number[] }) => embedding),
      );
    }
    for (const [index, { byVersion }] of this.#vectors.entries()) {
      const now = [...answers].map(([version, all]) => ({ version, embedding: all[index] ?? [] }));
      for (const { version, embedding } of now) {
        const seen = byVersion.get(version);
        if (seen) lowestCosine = Math.min(lowestCosine, seen.lowest, cosine(seen.first, embedding));
        for (const other of now)
          if (other.version !== version)
            highestBetweenVersions = Math.max(highestBetweenVersions, cosine(other.embedding, embedding));
      }
    }
    return { lowestCosine, highestBetweenVersions };
  }
}

function describe({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

/** Of vectors of length 1. */
function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? Number.NaN), 0);
}
