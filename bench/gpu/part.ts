import type { Facts } from './facts.ts';
import type { Figures } from './figures.ts';

/** One measurement or check. It runs in a process of its own, which may hang, crash or be killed without harm. */
export interface Part {
  /** Unique: `train-minilm-webgpu`. */
  readonly name: string;
  /** What the row of the table says: `all-MiniLM-L6-v2, Hone webgpu`. */
  readonly title: string;
  /** After which the process is killed. */
  readonly limitSeconds: number;
  /** Why it cannot run on this machine; undefined if it can. */
  reasonToSkip(facts: Facts): string | undefined;
  /** @throws Error if it failed; a `PartFailure` still has figures. */
  run(facts: Facts): Promise<Figures>;
}

/** A part that ran to its end and found something wrong. */
export class PartFailure extends Error {
  readonly figures: Figures;

  constructor(message: string, figures: Figures) {
    super(message);
    this.figures = figures;
  }
}

/** A line of results.jsonl. */
export interface PartResult {
  readonly part: string;
  readonly title: string;
  readonly status: 'done' | 'failed' | 'skipped';
  /** Wall-clock seconds of its process. */
  readonly seconds: number;
  /** Why it failed or was skipped. */
  readonly reason?: string;
  readonly figures?: Figures | undefined;
}
