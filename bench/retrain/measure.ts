import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { withHarness } from '../../tests/harness/harness.ts';
import type { ProcessResult } from '../../tests/harness/managed-process.ts';
import { createProject, lastJson, type Project } from '../../tests/harness/project.ts';
import { passages, TINY_BERT } from '../../tests/harness/samples.ts';

/** Makes a document of about 2 kB. */
const WORDS = 250;

/** Measurements of `hone retrain` with unchanged documents. */
export interface UnchangedRetrains {
  readonly documents: number;
  /** Wall-clock seconds of each command, from its start to its end. */
  readonly seconds: readonly number[];
  /** Its explanation why it did not train. */
  readonly reason: string;
}

/**
 * Publishes a model of that many documents, and then runs `hone retrain` with the documents unchanged.
 * @param rounds Number of measurements.
 * @throws Error if a command fails, or trains although nothing has changed.
 */
export function measure(documents: number, rounds: number, say: (line: string) => void): Promise<UnchangedRetrains> {
  return withHarness(async (harness) => {
    const project = await createProject(harness);
    await cp(TINY_BERT, join(project.folder, 'model'), { recursive: true });
    await project.write({ ...pages(documents), 'run.yaml': JSON.stringify(CONFIG) });
    say(`${documents} documents: publishing a model of them`);
    const first = decisionOf(await retrain(project));
    if (first.decision !== 'promoted') throw new Error(`The first model was not published: ${first.reason}`);
    const seconds: number[] = [];
    let reason = '';
    while (seconds.length < rounds) {
      const startedAt = performance.now();
      const result = await retrain(project);
      seconds.push((performance.now() - startedAt) / 1000);
      const retrained = decisionOf(result);
      if (retrained.decision !== 'unchanged') throw new Error(`Retrained without changes: ${retrained.reason}`);
      reason = retrained.reason;
      say(`${documents} documents: ${seconds.at(-1)?.toFixed(1)} s; ${reason}`);
    }
    return { documents, seconds, reason };
  });
}

/** Trains as little as possible: an unchanged retrain does not depend on it. */
const CONFIG = {
  documents: ['docs'],
  model: './model',
  questions: { from: 'headings' },
  split: { validationShare: 0.01, maxLeakage: 1 },
  training: { epochs: 1, batchSize: 64 },
  evaluation: { bm25: false },
  publish: { name: 'handbook', gate: 'none' },
};

const retrain = (project: Project) => project.hone(['retrain', '--config', 'run.yaml', '--json']);

function decisionOf(result: ProcessResult): { decision: string; reason: string } {
  if (result.code !== 0) throw new Error(`hone retrain exited with code ${result.code}:\n${result.stderr}`);
  return lastJson(result);
}

function pages(count: number): Record<string, string> {
  const texts = passages('the plant', count, WORDS);
  return Object.fromEntries(
    texts.map((text, index) => [`docs/hall-${index % 40}/valve-${index}.md`, `# Valve V-${index}\n\n${text}\n`]),
  );
}
