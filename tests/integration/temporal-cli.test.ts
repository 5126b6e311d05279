import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../workers/search-attributes.ts';
import { findTemporal } from '../../workers/temporal-binary.ts';
import { startTemporal, type TemporalServer } from '../../workers/temporal-server.ts';
import { lastJson, MODEL, Project, pumpPages, type Running } from './project.ts';

const run = promisify(execFile);

/** A Temporal server apart from Hone, one `hone worker`, and nothing but the Temporal CLI to start a run with. */
let server: TemporalServer;
let binary: string;
let project: Project;
let worker: Running;
beforeAll(async () => {
  binary = await findTemporal({
    cache: join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hone', 'temporal'),
  });
  const folder = await Project.create();
  server = await startTemporal({
    binary,
    directory: join(folder.folder, 'server'),
    searchAttributes: SEARCH_ATTRIBUTES,
  });
  project = await Project.create({ TEMPORAL_ADDRESS: server.address });
  await project.write(pumpPages(8));
  worker = project.start(['worker']);
  await worker.says(/Serving/);
});
afterAll(async () => {
  worker.child.kill('SIGTERM');
  expect((await worker.ended).code).toBe(0);
  await server.close();
  await project.remove();
});

async function start(id: string, input: unknown): Promise<void> {
  await project.write({ [`${id}.json`]: JSON.stringify(input) });
  const args = ['workflow', 'start', '--type', 'fineTune', '--task-queue', 'hone', '--workflow-id', id];
  await run(binary, [...args, '--input-file', `${id}.json`, '--address', server.address], { cwd: project.folder });
}

it('runs what the Temporal CLI starts, and hone follows it', async () => {
  await start('from-the-cli', {
    documents: ['docs'],
    model: MODEL,
    questions: { from: 'headings' },
    training: { epochs: 1, maxLength: 64 },
  });
  const followed = await project.hone(['follow', 'from-the-cli', '--json']);
  expect(lastJson(followed)).toMatchObject({ workflowId: 'from-the-cli', corpus: { documents: 8 } });
  expect(followed.code).toBe(0);
});

it('fails an invalid run at once with every fault named', async () => {
  await start('invalid', {
    documents: ['docs'],
    training: { epochs: 0, batchSize: 1 },
    questions: { perChunk: 99 },
    sneaky: true,
  });
  const { code, stderr } = await project.hone(['follow', 'invalid']);
  expect(code).toBe(1);
  for (const path of ['training.epochs', 'training.batchSize', 'questions.perChunk', 'sneaky'])
    expect(stderr).toContain(path);
});

it('reads nothing outside the folders the worker allows', async () => {
  await start('outside', { documents: ['/etc'], model: MODEL, questions: { from: 'headings' } });
  const { code, stderr } = await project.hone(['follow', 'outside']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/\/etc lies outside/);
});
