/**
 * Records histories of real runs of the current code, as a Temporal server stores them, into a folder of this one.
 *
 *     npm run build && node tests/recorded/histories/record.ts 3
 *
 * Takes one or two minutes. Run it after an intended change to what a workflow does, with the next number, once
 * `patched` handles the runs that were started before (docs/contributing.md). The folders of earlier numbers stay while
 * such runs may exist.
 */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Hone } from '../../../client/hone.ts';
import type { RunRequest } from '../../../core/contracts/run-input.ts';
import { corruptArtifact } from '../../harness/corrupt-artifact.ts';
import { withHarness } from '../../harness/harness.ts';
import { createProject } from '../../harness/project.ts';
import { MINILM, pumpPages, randomDataset, SMALL_DATASET, TINY_BERT } from '../../harness/samples.ts';
import { startTemporalServer } from '../../harness/temporal-server.ts';
import { startProvider } from '../../provider/start-provider.ts';
import { historyToJson } from './history-json.ts';

const [VERSION] = process.argv.slice(2);
if (!VERSION) throw new Error('Give the number of the folder to record into.');
const TARGET = join(import.meta.dirname, VERSION);

type Followed = Awaited<ReturnType<Hone['progress']>>;

await withHarness(async (harness) => {
  /** The provider answers this many requests, and rejects later ones with 429. */
  let answers = Number.POSITIVE_INFINITY;
  const tooMany = { do: 'status', status: 429, headers: { 'retry-after': '1' } } as const;
  const provider = await harness.use(startProvider({ inject: () => (answers-- > 0 ? undefined : tooMany) }));
  const { address } = await startTemporalServer(harness);
  const project = await createProject(harness, {
    TEMPORAL_ADDRESS: address,
    OPENAI_BASE_URL: provider.url,
    OPENAI_API_KEY: 'sk-test',
  });
  await project.write({
    ...pumpPages(8),
    'data.json': JSON.stringify(SMALL_DATASET),
    'many.json': randomDataset(130, 1),
  });
  await cp(TINY_BERT, join(project.folder, 'model'), { recursive: true });
  await project.startWorker();
  const hone = await harness.use(Hone.connect({ address }));

  const training = { epochs: 1, maxLength: 64, batchSize: 2 };
  const small: RunRequest = { documents: ['docs'], model: MINILM, questions: { from: 'headings' }, training };
  const long: RunRequest = { ...small, training: { ...training, epochs: 20 } };

  await start('whole', {
    ...small,
    questions: {},
    mining: {},
    evaluation: { compareWith: ['text-embedding-3-small'], alsoOn: ['data.json'] },
    publish: { name: 'pumps', gate: 'none' },
    approvals: { questions: true, promotion: true },
  });
  for (const gate of ['questions', 'promotion']) {
    await until('whole', ({ hold }) => hold?.gate === gate);
    await hone.approve('whole');
  }
  await hone.result('whole');

  await start('imported', {
    dataset: { train: 'data.json', validation: 'data.json' },
    model: MINILM,
    training,
  });
  await hone.result('imported');

  await start('searched', {
    dataset: { train: 'many.json', validation: 'data.json' },
    model: join(project.folder, 'model'),
    training: { ...training, maxLength: 32, merge: 'auto', generalSet: 'data.json' },
  });
  await hone.result('searched');

  await start('paused', long);
  await until('paused', isTraining);
  await hone.pause('paused');
  await hone.resume('paused');
  await hone.result('paused');

  await start('cancelled', { ...long, training: { ...long.training, seed: 7 } });
  await until('cancelled', isTraining);
  await hone.cancel('cancelled');
  await hone.result('cancelled').catch(() => {});

  await start('rejected', { ...small, approvals: { questions: true } });
  await until('rejected', ({ hold }) => hold !== undefined);
  await hone.approve('rejected', { reject: 'Headings are no questions.' });
  await hone.result('rejected').catch(() => {});

  await start('failed', { ...small, documents: ['/etc'] });
  await hone.result('failed').catch(() => {});

  answers = 4;
  await start('cancelled-asking', { ...small, questions: { perChunk: 3 } });
  await until('cancelled-asking', hasAnswers(4));
  await hone.cancel('cancelled-asking');
  await hone.result('cancelled-asking').catch(() => {});

  answers = 4;
  await start('asking', { ...small, questions: { perChunk: 1 } });
  await until('asking', hasAnswers(4));
  await hone.pause('asking');
  answers = Number.POSITIVE_INFINITY;
  await hone.resume('asking');
  await hone.result('asking');

  const published = { name: 'pumps', gate: 'none' } as const;
  await project.write(pumpPages(11));
  const retrained = { ...small, publish: published, retrain: { gate: 'not-worse' } } as const;
  await hone.retrain({ ...retrained, approvals: { promotion: true } }, { workflowId: 'retrained' });
  const asksToReplace = (version: number) => (followed: Followed) =>
    !!followed.hold?.note?.includes(`compared with pumps v${version}`);
  await until('retrained', asksToReplace(1));
  // Another model is promoted before the approval, so that approval is requested again.
  await corruptArtifact(project.folder, 'import-dataset', ({ dataset }) => dataset);
  await start('corrupt', {
    dataset: { train: 'data.json', validation: 'data.json' },
    model: MINILM,
    training: { ...training, seed: 7 },
    publish: published,
  });
  await hone.result('corrupt');
  await hone.approve('retrained');
  await until('retrained', asksToReplace(2));
  await hone.approve('retrained');
  await hone.retrained('retrained');

  await hone.retrain(retrained, { workflowId: 'unchanged' });
  await hone.retrained('unchanged');

  await rm(TARGET, { recursive: true, force: true });
  await mkdir(TARGET);
  // Child workflows and the rate limiter have histories too.
  const connection = await harness.use(Connection.connect({ address }));
  const { workflow } = new Client({ connection });
  const executions = [];
  for await (const execution of workflow.list()) executions.push(execution);
  const counts = new Map<string, number>();
  for (const { workflowId, runId } of executions.sort((a, b) => a.startTime.getTime() - b.startTime.getTime())) {
    const count = (counts.get(workflowId) ?? 0) + 1;
    counts.set(workflowId, count);
    const history = await workflow.getHandle(workflowId, runId).fetchHistory();
    const json = historyToJson(history, (text) => text.replaceAll(project.folder, '/srv/project'));
    // A child workflow that a pause cancelled is started again with the same ID.
    const name = `${workflowId.replaceAll(/[^\w.-]+/g, '-')}${count === 1 ? '' : `-${count}`}`;
    await writeFile(join(TARGET, `${name}.json`), `${json}\n`);
  }

  async function start(workflowId: string, request: RunRequest): Promise<void> {
    console.log(workflowId);
    await hone.start(request, { workflowId });
  }

  async function until(workflowId: string, condition: (followed: Followed) => boolean): Promise<Followed> {
    for await (const followed of hone.follow(workflowId, { intervalMs: 100 })) if (condition(followed)) return followed;
    throw new Error(`${workflowId} has ended`);
  }
});

function isTraining({ stages }: Followed): boolean {
  return (progressOf(stages, 'train')?.done ?? 0) > 0;
}

function hasAnswers(count: number) {
  return ({ stages }: Followed): boolean => (progressOf(stages, 'questions')?.done ?? 0) >= count;
}

function progressOf(stages: Followed['stages'], wanted: string) {
  return stages.find(({ name }) => name === wanted)?.progress;
}
