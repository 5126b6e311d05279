import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { passages } from '../../tests/integration/fleet.ts';
import { type Ended, lastJson, Project } from '../../tests/integration/project.ts';

const MODEL = fileURLToPath(new URL('../../tests/recorded/tiny-bert', import.meta.url));
/** A document is about 2 kB. */
const WORDS = 250;

/** What looking at unchanged documents came to. */
export interface Looks {
  readonly documents: number;
  /** Seconds of `hone retrain` from its start to its end, each time. */
  readonly seconds: readonly number[];
  /** Why it did nothing, in its words. */
  readonly reason: string;
}

/**
 * Publishes a model of so many documents, and has `hone retrain` look at them again, unchanged.
 * @throws Error if it does anything else than nothing.
 */
export async function looksAt(documents: number, rounds: number, say: (line: string) => void): Promise<Looks> {
  const project = await Project.create();
  try {
    await cp(MODEL, join(project.folder, 'model'), { recursive: true });
    await project.write({ ...pages(documents), 'run.yaml': JSON.stringify(RECIPE) });
    say(`${documents} documents: publishing a model of them`);
    const first = decided(await retrain(project));
    if (first.decision !== 'promoted') throw new Error(`The first model was not published: ${first.reason}`);
    const seconds: number[] = [];
    let reason = '';
    while (seconds.length < rounds) {
      const started = performance.now();
      const ended = await retrain(project);
      seconds.push((performance.now() - started) / 1000);
      const { decision, ...why } = decided(ended);
      if (decision !== 'unchanged') throw new Error(`Unchanged documents were not left alone: ${why.reason}`);
      reason = why.reason;
      say(`${documents} documents: ${seconds.at(-1)?.toFixed(1)} s; ${reason}`);
    }
    return { documents, seconds, reason };
  } finally {
    await project.remove();
  }
}

/** As little training as makes a model: an unchanged look comes near none of it. */
const RECIPE = {
  documents: ['docs'],
  model: './model',
  questions: { from: 'headings' },
  split: { validationShare: 0.01, maxLeakage: 1 },
  training: { epochs: 1, batchSize: 64 },
  evaluation: { bm25: false },
  publish: { name: 'handbook', gate: 'none' },
};

const retrain = (project: Project) => project.hone(['retrain', '--config', 'run.yaml', '--json']);

function decided(ended: Ended): { decision: string; reason: string } {
  if (ended.code !== 0) throw new Error(`hone retrain ended with code ${ended.code}:\n${ended.stderr}`);
  return lastJson(ended);
}

function pages(count: number): Record<string, string> {
  const texts = passages('the plant', count, WORDS);
  return Object.fromEntries(
    texts.map((text, index) => [`docs/hall-${index % 40}/valve-${index}.md`, `# Valve V-${index}\n\n${text}\n`]),
  );
}
