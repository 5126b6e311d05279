/**
 * Records the histories in this folder: what a Temporal server has written down of real runs, by this version.
 *
 *     npm run build && node tests/recorded/histories/record.ts
 *
 * Takes about a minute. Run it when what a workflow does has been changed on purpose, after `patched` has seen to the runs
 * that were under way (docs/contributing.md), and keep the old files beside the new ones while such runs may exist.
 */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Hone } from '../../../client/hone.ts';
import type { RunRequest } from '../../../core/contracts/run-input.ts';
import { MODEL, Project, pumpPages } from '../../integration/project.ts';
import { temporal } from '../../integration/temporal.ts';
import { startProvider } from '../../provider/start-provider.ts';
import { historyToJson } from './history-json.ts';

const HERE = import.meta.dirname;

const provider = await startProvider();
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

for (const file of await readdir(HERE)) if (file.endsWith('.json')) await rm(join(HERE, file));
// Children and helpers of runs are workflows too.
const connection = await Connection.connect({ address: server.address });
const { workflow } = new Client({ connection });
for await (const { workflowId, runId } of workflow.list()) {
  const history = await workflow.getHandle(workflowId, runId).fetchHistory();
  const json = historyToJson(history, (text) => text.replaceAll(project.folder, '/srv/project'));
  await writeFile(join(HERE, `${workflowId.replaceAll(/[^\w.-]+/g, '-')}.json`), `${json}\n`);
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

async function until(workflowId: string, there: (followed: Followed) => boolean): Promise<void> {
  for await (const followed of hone.follow(workflowId, { intervalMs: 100 })) if (there(followed)) return;
  throw new Error(`${workflowId} has ended`);
}

function isTraining({ stages }: Followed): boolean {
  return (stages.find(({ name }) => name === 'train')?.progress?.done ?? 0) > 0;
}
