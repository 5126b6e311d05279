/**
 * Records the histories in this folder: what a Temporal server has written down of real runs, by this version.
 *
 *     npm run build && node tests/recorded/histories/record.ts
 *
 * Takes a minute or two. Run it when what a workflow does has been changed on purpose, after `patched` has seen to the runs
 * that were under way (docs/contributing.md), and keep the old files beside the new ones while such runs may exist.
 */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Hone } from '../../../client/hone.ts';
import type { RunRequest } from '../../../core/contracts/run-input.ts';
import { MODEL, Project, pumpPages } from '../../integration/project.ts';
import { rot } from '../../integration/rot.ts';
import { temporal } from '../../integration/temporal.ts';
import { startProvider } from '../../provider/start-provider.ts';
import { historyToJson } from './history-json.ts';

const HERE = import.meta.dirname;

/** Answers so many requests, and tells the others to come later. */
let answers = Number.POSITIVE_INFINITY;
const later = { do: 'status', status: 429, headers: { 'retry-after': '1' } } as const;
const provider = await startProvider({ inject: () => (answers-- > 0 ? undefined : later) });
const project = await Project.create({ OPENAI_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-test' });
const server = await temporal(join(project.folder, 'server'));
project.env.TEMPORAL_ADDRESS = server.address;
const dataset = {
  queries: { a: 'How high is the tower?', b: 'Who paints the door?' },
  corpus: { t: 'The tower is ninety metres high.', d: 'The door is painted by the porter.' },
  relevant_docs: { a: ['t'], b: ['d'] },
};
await project.write({ ...pumpPages(8), 'data.json': JSON.stringify(dataset) });
const worker = project.start(['worker']);
await worker.says(/Reads/);
const hone = await Hone.connect({ address: server.address });

const training = { epochs: 1, maxLength: 64, batchSize: 2 };
const small: RunRequest = { documents: ['docs'], model: MODEL, questions: { from: 'headings' }, training };
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
  model: MODEL,
  training,
});
await hone.result('imported');

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
await start('asking', { ...small, questions: { perChunk: 1 } });
await until('asking', ({ stages }) => (progressOf(stages, 'questions')?.done ?? 0) >= 4);
await hone.pause('asking');
answers = Number.POSITIVE_INFINITY;
await hone.resume('asking');
await hone.result('asking');

const published = { name: 'pumps', gate: 'none' } as const;
await project.write(pumpPages(11));
const retrained = { ...small, publish: published, retrain: { gate: 'not-worse' } } as const;
await hone.retrain({ ...retrained, approvals: { promotion: true } }, { workflowId: 'retrained' });
const beside = (version: number) => (followed: Followed) => !!followed.hold?.note?.includes(`above pumps v${version}`);
await until('retrained', beside(1));
// Another is promoted while a person thinks about it, so that they are asked again.
await rot(project.folder, 'import', (output) => output.dataset);
await start('rotten', {
  dataset: { train: 'data.json', validation: 'data.json' },
  model: MODEL,
  training: { ...training, seed: 7 },
  publish: published,
});
await hone.result('rotten');
await hone.approve('retrained');
await until('retrained', beside(2));
await hone.approve('retrained');
await hone.retrained('retrained');

await hone.retrain(retrained, { workflowId: 'unchanged' });
await hone.retrained('unchanged');

for (const file of await readdir(HERE)) if (file.endsWith('.json')) await rm(join(HERE, file));
// Children and helpers of runs are workflows too.
const connection = await Connection.connect({ address: server.address });
const { workflow } = new Client({ connection });
const executions = [];
for await (const execution of workflow.list()) executions.push(execution);
const times = new Map<string, number>();
for (const { workflowId, runId } of executions.sort((a, b) => a.startTime.getTime() - b.startTime.getTime())) {
  const time = (times.get(workflowId) ?? 0) + 1;
  times.set(workflowId, time);
  const history = await workflow.getHandle(workflowId, runId).fetchHistory();
  const json = historyToJson(history, (text) => text.replaceAll(project.folder, '/srv/project'));
  // A child that was stopped by a pause is begun again under its id.
  const name = `${workflowId.replaceAll(/[^\w.-]+/g, '-')}${time === 1 ? '' : `-${time}`}`;
  await writeFile(join(HERE, `${name}.json`), `${json}\n`);
}
await connection.close();

await hone.close();
worker.child.kill('SIGTERM');
await worker.ended;
await server.close();
await provider.close();
await project.remove();

type Followed = Awaited<ReturnType<Hone['progress']>>;

async function start(workflowId: string, request: RunRequest): Promise<void> {
  console.log(workflowId);
  await hone.start(request, { workflowId });
}

async function until(workflowId: string, there: (followed: Followed) => boolean): Promise<Followed> {
  for await (const followed of hone.follow(workflowId, { intervalMs: 100 })) if (there(followed)) return followed;
  throw new Error(`${workflowId} has ended`);
}

function isTraining({ stages }: Followed): boolean {
  return (progressOf(stages, 'train')?.done ?? 0) > 0;
}

function progressOf(stages: Followed['stages'], wanted: string) {
  return stages.find(({ name }) => name === wanted)?.progress;
}
