import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { beforeAll, expect, it, vi } from 'vitest';
import { Hone } from '../../client/hone.ts';
import type { RunRequest } from '../../core/contracts/run-input.ts';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { MINILM, pumpPages } from '../harness/samples.ts';
import { startTemporalServer, type TemporalServer } from '../harness/temporal-server.ts';
import { useHarness } from '../harness/use-harness.ts';

/** Runs whose payloads are encrypted, on a real server. */
const harness = useHarness();
const KEY = randomBytes(32).toString('base64');
const OTHER = randomBytes(32).toString('base64');
const keys = { HONE_CODEC_KEYS: `house:${KEY}` };
const TITLE = 'canary-title-7411';
const FILE = 'canary-file-7412';

let server: TemporalServer;
let temporal: Client;
let project: Project;
beforeAll(async () => {
  server = await startTemporalServer(harness);
  temporal = new Client({ connection: await harness.use(Connection.connect({ address: server.address })) });
  project = await createProject(harness, { TEMPORAL_ADDRESS: server.address, ...keys });
  await project.write({ ...pumpPages(8), [`docs/${FILE}.md`]: '' });
  await project.startWorker();
});

/** Starts a run as a client with these keys. */
async function start(workflowId: string, request: RunRequest, codecKeys = keys.HONE_CODEC_KEYS): Promise<void> {
  vi.stubEnv('HONE_CODEC_KEYS', codecKeys);
  const hone = await Hone.connect({ address: server.address });
  await hone.start(request, { workflowId }).finally(() => hone.close());
}

const request: RunRequest = {
  title: TITLE,
  documents: ['docs'],
  model: MINILM,
  questions: { from: 'headings' },
  training: { recipe: 'llama-index', epochs: 1, maxLength: 64 },
};

/** All that the server tells of a run, as text, with the bytes of payloads as characters. */
async function rawHistory(workflowId: string): Promise<string> {
  const handle = temporal.workflow.getHandle(workflowId);
  const request = { namespace: 'default', execution: { workflowId } };
  const described = await temporal.workflowService.describeWorkflowExecution(request);
  const plain = (value: unknown): unknown => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== 'object') return typeof value === 'bigint' ? String(value) : value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
  };
  return JSON.stringify(plain([(await handle.fetchHistory()).events, described]));
}

it('shows no title, document or folder in the history of a run, and its client sees them all', async () => {
  await start('secret-run', request);
  const done = await project.hone(['follow', 'secret-run', '--json']);
  expect(lastJson(done).counts).toMatchObject({ documents: 8, skipped: 1 });
  const history = await rawHistory('secret-run');
  expect(history).toContain('binary/encrypted');
  for (const canary of [TITLE, FILE, 'docs', '"documents"', 'objects/']) expect(history).not.toContain(canary);
  expect((await project.hone(['list', '--json'])).stdout).toContain(TITLE);
});

it('hides the message of a failure as well, which the client shows', async () => {
  await start('secret-failure', { ...request, documents: ['canary-missing-7413'] });
  const failed = await project.hone(['follow', 'secret-failure']);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('canary-missing-7413');
  const history = await rawHistory('secret-failure');
  expect(history).toContain('Encoded failure');
  // Digits alone may stand in a time or an id by chance.
  expect(history).not.toContain('canary-missing');
});

it('is read by Temporal’s CLI through the codec server', async () => {
  const codec = project.start(['codec-server', '--listen', '127.0.0.1:0'], { HONE_CODEC_TOKEN: 'shared' });
  await codec.waitForLog(/Codec server on \S+,/);
  const [, url = ''] = /Codec server on (\S+),/.exec(codec.log) ?? [];
  const show = ['workflow', 'show', '--workflow-id', 'secret-run', '-o', 'json'];
  const { events } = JSON.parse(await server.cli([...show, '--codec-endpoint', url, '--codec-auth', 'Bearer shared']));
  const [input] = events[0].workflowExecutionStartedEventAttributes.input.payloads;
  expect(JSON.parse(Buffer.from(input.data, 'base64').toString())).toMatchObject({ title: TITLE });
});

it('tells a client without the key, or with another one, which key is missing', async () => {
  await project.write({
    'nightly.yaml': 'documents: [docs]\npublish: { name: secret }\nquestions: { from: headings }\n',
  });
  const created = await project.hone(['schedule', 'create', 'nightly', '--every', '30d', '--config', 'nightly.yaml']);
  expect(created.stderr).toContain('Try it');
  // The server's list of schedules may be some seconds behind.
  const listed = async () => (await project.hone(['schedule', 'list'])).stdout;
  await expect.poll(listed, { timeout: 30_000 }).toContain('nightly');
  for (const [env, message] of [
    [{ HONE_CODEC_KEYS: '' }, 'encrypted with the key house, which is not here'],
    [{ HONE_CODEC_KEYS: `house:${OTHER}` }, 'another key than the one that is called house'],
  ] as const) {
    const { code, stderr } = await project.hone(['show', 'secret-run'], env);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/ {4}at /);
    expect((await project.hone(['gc'], env)).stderr).toContain(message);
    const runs = await project.hone(['list', '--json'], env);
    expect(JSON.parse(runs.stdout)).toContainEqual(
      expect.objectContaining({
        workflowId: 'secret-run',
        state: 'done',
        unreadable: expect.stringContaining(message),
      }),
    );
    expect((await project.hone(['list'], env)).stdout).toMatch(new RegExp(`secret-run .*${message}`));
    const schedules = await project.hone(['schedule', 'list'], env);
    expect(schedules.stdout).toMatch(new RegExp(`nightly .*${message}`));
    expect((await project.hone(['doctor'], env)).stdout).toMatch(/fail +codec/);
  }
  expect((await project.hone(['doctor'])).stdout).toMatch(/ok +codec +on, keys house/);
});

it('collects garbage with the keys', async () => {
  const collected = await project.hone(['gc', '--json']);
  expect(collected.code).toBe(0);
  expect(lastJson(collected)).toMatchObject({ applied: false });
});

it('ends a run that workers cannot read with the reason, and serves one that was started plain', async () => {
  await start('foreign', request, `foreign:${OTHER}`);
  const { code, stderr } = await project.hone(['follow', 'foreign'], {
    HONE_CODEC_KEYS: `house:${KEY},foreign:${OTHER}`,
  });
  expect(code).toBe(1);
  expect(stderr).toContain('encrypted with the key foreign, which is not here (here: house)');
  await start('plain', request, '');
  expect((await project.hone(['follow', 'plain'])).code).toBe(0);
});
