import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { duration, padEnd } from '../../cli/output/format.ts';

export type Outcome = 'passed' | 'failed' | 'not checked';

export interface Step {
  readonly name: string;
  readonly outcome: Outcome;
  /** The figures in one line, the reason of a failure, or why it was not checked. */
  readonly line: string;
  readonly seconds: number;
  /** What the line was made of. */
  readonly figures?: unknown;
}

/** What a step found out. */
export interface Finding {
  readonly line: string;
  readonly figures?: unknown;
}

/** Thrown by a step that cannot be checked on this machine; the message says why and what to do. */
export class NotChecked extends Error {}

/** Column at which the line of a step begins. */
const NAME_WIDTH = 13;

/** Does the steps one after the other and says of each, as it ends, what it found. */
export class Report {
  readonly steps: Step[] = [];
  readonly #began = performance.now();
  readonly #say: (line: string) => void;
  readonly #signal: AbortSignal;

  /** @param signal Once it is aborted, no further step begins. */
  constructor(say: (line: string) => void, signal: AbortSignal) {
    this.#say = say;
    this.#signal = signal;
  }

  /** A step that the ones after it need. @throws what the step throws. */
  async step(name: string, work: () => Promise<Finding>): Promise<void> {
    const error = await this.#run(name, work);
    if (error !== undefined) throw error;
  }

  /** A step that the ones after it do not need: they are done even if it fails. */
  async check(name: string, work: () => Promise<Finding>): Promise<void> {
    await this.#run(name, work);
  }

  count(outcome: Outcome): number {
    return this.steps.filter((step) => step.outcome === outcome).length;
  }

  get seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  summary(): string {
    const counts = [`${this.count('passed')} passed`, `${this.count('failed')} failed`];
    if (this.count('not checked') > 0) counts.push(`${this.count('not checked')} not checked`);
    return `${counts.join(', ')}, in ${duration(this.seconds)}`;
  }

  /** @returns the error of a step that failed. */
  async #run(name: string, work: () => Promise<Finding>): Promise<unknown> {
    this.#signal.throwIfAborted();
    const began = performance.now();
    const end = (outcome: Outcome, { line, figures }: Finding) => {
      const seconds = (performance.now() - began) / 1000;
      this.steps.push({ name, outcome, line, seconds, ...(figures !== undefined && { figures }) });
      const mark = outcome === 'passed' ? '' : `${outcome === 'failed' ? 'FAILED' : outcome}: `;
      // What happened beside another step takes no time of its own.
      const took = seconds < 0.05 ? '' : `  (${duration(seconds)})`;
      this.#say(`${padEnd(name, NAME_WIDTH)}${mark}${line}${took}`);
    };
    try {
      end('passed', await work());
      return undefined;
    } catch (error) {
      this.#signal.throwIfAborted();
      end(error instanceof NotChecked ? 'not checked' : 'failed', { line: reasonOf(error) });
      return error instanceof NotChecked ? undefined : error;
    }
  }
}

/** What happened and what to do, in one line. */
export function reasonOf(error: unknown): string {
  const { message, advice } = error as { message?: string; advice?: string };
  return [message ?? String(error), advice].filter(Boolean).join(' ');
}

/** Writes files into a folder, path relative to it -> content. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
