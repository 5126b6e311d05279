import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Followed } from '../../client/follow.ts';
import { Hone } from '../../client/hone.ts';
import type { StageName } from '../../core/contracts/progress.ts';
import type { Harness } from './harness.ts';
import { createProject } from './project.ts';
import { pumpPages, TINY_BERT } from './samples.ts';
import { startTemporalServer } from './temporal-server.ts';

export interface Load {
  /** Of a corpus about which questions are planned. */
  chunks: number;
  /** Of a text on one line. */
  characters: number;
  /** Of the training, which must not end before the rest: 47 steps each, of which some hundred are made in a second. */
  epochs: number;
}

export interface BusyWorker {
  /** Delay of the worker's event loop in milliseconds. */
  delay: { p50: number; p99: number; max: number };
  /** What runs said of attempts that failed. */
  retries: string[];
  /** Steps that the training made in the meantime. */
  steps: number;
}

const MEASURE = fileURLToPath(new URL('./measure-event-loop.ts', import.meta.url));

/**
 * One worker that serves all queues trains, plans questions about a large corpus and chunks a long text, all at the
 * same time. Resolves when the questions are planned and the text is chunked.
 */
export async function busyWorker(harness: Harness, { chunks, characters, epochs }: Load): Promise<BusyWorker> {
  const { address } = await startTemporalServer(harness);
  const project = await createProject(harness, { TEMPORAL_ADDRESS: address });
  await project.write({ ...pumpPages(16), 'long/line.txt': line(characters), ...corpus(chunks) });
  const file = join(project.folder, 'event-loop.json');
  const env = { NODE_OPTIONS: `--import=${MEASURE}`, HONE_LOOP_FILE: file };
  await project.startWorker({ args: ['--grant', TINY_BERT], env });
  const hone = await harness.use(Hone.connect({ address }));

  const retries = new Set<string>();
  const start = async (documents: string, epochs: number) => {
    const training = { recipe: 'llama-index' as const, epochs, batchSize: 2 };
    const questions = { from: 'headings' as const };
    return (await hone.start({ documents: [documents], model: TINY_BERT, questions, training })).workflowId;
  };
  const until = async (workflowId: string, reached: (followed: Followed) => boolean): Promise<Followed> => {
    for await (const followed of hone.follow(workflowId, { intervalMs: 200 })) {
      if (followed.notice?.includes('attempt')) retries.add(followed.notice);
      if (reached(followed)) return followed;
      if (followed.state !== 'running') throw new Error(`${workflowId} ended: ${JSON.stringify(followed)}`);
    }
    throw new Error('unreachable');
  };

  const training = await start('docs', epochs);
  const before = await until(training, (followed) => steps(followed) > 0);
  // Loading its code holds the event loop of a worker for a second.
  await writeFile(file, '');
  const [planned, chunked] = await Promise.all([start('corpus', 1), start('long', 1)]);
  await Promise.all([
    until(planned, (followed) => isOver(followed, 'questions')),
    until(chunked, (followed) => isOver(followed, 'chunks')),
  ]);
  const after = await until(training, () => true);
  await Promise.all([planned, chunked, training].map((workflowId) => hone.cancel(workflowId)));
  const delay: BusyWorker['delay'] = JSON.parse(await readFile(file, 'utf8'));
  return { delay, retries: [...retries], steps: steps(after) - steps(before) };
}

const stage = ({ stages }: Followed, wanted: StageName) => stages.find(({ name }) => name === wanted);
const steps = (followed: Followed) => stage(followed, 'train')?.progress?.done ?? 0;
const isOver = (followed: Followed, name: StageName) => stage(followed, name)?.state === 'done';

function line(characters: number): string {
  const sentences = Array.from({ length: characters / 64 }, (_, i) => sentence(i));
  return sentences.join(' ');
}

const CHUNKS_PER_FILE = 2_000;

/** Markdown files; every section is a chunk. */
function corpus(chunks: number): Record<string, string> {
  const files: Record<string, string> = {};
  for (let from = 0; from < chunks; from += CHUNKS_PER_FILE) {
    const sections = Array.from(
      { length: Math.min(CHUNKS_PER_FILE, chunks - from) },
      (_, i) => `## Valve ${from + i}\n\n${sentence(from + i)}`,
    );
    files[`corpus/${from}.md`] = sections.join('\n\n');
  }
  return files;
}

function sentence(i: number): string {
  return `The valve V-${i} opens at ${i % 17} bar and is serviced in every autumn.`;
}
