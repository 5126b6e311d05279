import { readFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import OpenAI from 'openai';
import { beforeAll, expect, it } from 'vitest';
import { hashOfKey } from '../../server/access/keys.ts';
import { ROLES, type Role } from '../../server/access/roles.ts';
import { createProject, type Project } from '../harness/project.ts';
import { pumpPages, TINY_BERT } from '../harness/samples.ts';
import { startTemporalServer } from '../harness/temporal-server.ts';
import { startTraceReceiver, type TraceReceiver } from '../harness/trace-receiver.ts';
import { useHarness } from '../harness/use-harness.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** `hone serve` beside a worker, as a team runs it: with a key for each role. */
const harness = useHarness();
const KEYS = Object.fromEntries(ROLES.map((role) => [role, `hone_${role}`])) as Record<Role, string>;
const CLIENTS = 50;
let project: Project;
let url: string;
let connection: Connection;
let metricsUrl: string;
let traces: TraceReceiver;

beforeAll(async () => {
  const temporal = await startTemporalServer(harness);
  connection = await Connection.connect({ address: temporal.address });
  harness.defer(() => connection.close());
  traces = await harness.use(startTraceReceiver());
  const environment = { TEMPORAL_ADDRESS: temporal.address, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces.url };
  project = await createProject(harness, environment);
  const keys = ROLES.map((role) => ({ name: `the ${role}`, role, sha256: hashOfKey(KEYS[role]) }));
  const limits = { requestsPerMinute: 1_000_000, refusedPerMinute: 5 };
  const server = { keys, limits, embeddings: { refreshSeconds: 0.2 } };
  await project.write({ ...pumpPages(12), '.hone/server.yaml': JSON.stringify(server) });
  await project.startWorker({ args: ['--grant', project.folder, TINY_BERT] });
  const serving = project.start(['serve', '--listen', '0', '--metrics', '0']);
  await serving.waitForLog(/Serving +http/);
  [, url = ''] = /Serving +(http:[\d.:/]+)/.exec(serving.log) ?? [];
  [, metricsUrl = ''] = /Metrics +(http:[\w.:/]+)/.exec(serving.log) ?? [];
});

interface Asked {
  key?: string;
  body?: object;
}

/** Sends a request with a key, a viewer's by default: POST if there is a body. */
function ask(path: string, { key = KEYS.viewer, body }: Asked = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return fetch(`${url}${path}`, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) });
}

/** The JSON of an answer. */
// biome-ignore lint/suspicious/noExplicitAny: the wire format itself is tested.
async function jsonOf(response: Response | Promise<Response>): Promise<any> {
  return (await response).json();
}

function requestWith(seed: number) {
  return {
    documents: ['docs'],
    model: TINY_BERT,
    questions: { from: 'headings' },
    training: { recipe: 'llama-index', epochs: 1, seed },
    publish: { name: 'pumps', gate: 'none' },
  };
}

/** Starts a run by the API and follows its events to the end. @returns its id and the last event. */
async function run(seed: number): Promise<{ id: string; events: string[] }> {
  const started = await ask('/api/v1/runs', { key: KEYS.operator, body: { request: requestWith(seed) } });
  expect(started.status, await started.clone().text()).toBe(201);
  const { workflowId: id } = await jsonOf(started);
  const stream = await (await ask(`/api/v1/runs/${id}/events`)).text();
  return { id, events: stream.split('\n\n').filter((event) => event.startsWith('event:')) };
}

function embed(body: object, key = KEYS.embed): Promise<Response> {
  return ask('/v1/embeddings', { key, body: { model: 'pumps', ...body } });
}

it('answers nobody without a key, and each key what its role may', async () => {
  expect((await fetch(`${url}/api/v1/runs`)).status).toBe(401);
  expect((await ask('/api/v1/runs', { key: 'hone_guess' })).status).toBe(401);
  expect((await ask('/api/v1/runs', { key: KEYS.embed })).status).toBe(403);
  expect((await ask('/api/v1/runs')).status).toBe(200);
  expect((await ask('/api/v1/runs', { body: { request: requestWith(1) } })).status).toBe(403);
  expect((await ask('/api/v1/models/pumps/rollback', { key: KEYS.operator, body: {} })).status).toBe(403);
  const form = (key: string) => fetch(`${url}/reports/nothing`, { method: 'POST', body: new URLSearchParams({ key }) });
  expect((await form('hone_guess')).status).toBe(401);
  expect((await form(KEYS.embed)).status).toBe(403);
  expect((await form(KEYS.viewer)).status).toBe(404);
  const { headers } = await ask('/api/v1/me');
  expect(headers.get('cache-control')).toBe('no-store');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

it('describes itself', async () => {
  const description = await jsonOf(ask('/api/openapi.json'));
  expect(description.openapi).toBe('3.1.0');
  expect(Object.keys(description.paths)).toEqual(
    expect.arrayContaining(['/api/v1/runs', '/api/v1/runs/{id}/pause', '/api/v1/schedules', '/v1/embeddings']),
  );
});

it('names each field that is wrong, and says what does not exist', async () => {
  const wrong = await ask('/api/v1/runs', { key: KEYS.operator, body: { request: { documents: [], epoch: 1 } } });
  expect(wrong.status).toBe(400);
  expect((await jsonOf(wrong)).errors.join()).toMatch(/request\.documents.*epoch/s);
  expect((await ask('/api/v1/runs/nothing')).status).toBe(404);
  expect((await ask('/api/v1/schedules/nothing')).status).toBe(404);
  expect((await embed({ model: 'nothing', input: 'x' })).status).toBe(404);
});

it('runs, shows its progress and report, and serves what was published, and the next version without a gap', async () => {
  const first = await run(1);
  expect(first.events[0]).toMatch(/^event: progress\ndata: {.*"stages"/);
  expect(first.events.at(-1)).toMatch(/^event: end\ndata: {.*"state":"done"/);
  const result = await jsonOf(ask(`/api/v1/runs/${first.id}/result`));
  expect(result.published).toMatchObject({ name: 'pumps', version: 1, promoted: true });
  const report = await ask(`/api/v1/runs/${first.id}/report`);
  expect(report.headers.get('content-security-policy')).toMatch(/^sandbox .*default-src 'none'/);
  expect(await report.text()).toMatch(/^<!doctype html>/i);

  const { data, model, usage } = await jsonOf(embed({ input: ['a pump', 'a seal'], dimensions: 8 }));
  expect(model).toBe('pumps@1');
  expect(data.map(({ embedding }: { embedding: number[] }) => Math.hypot(...embedding))).toEqual([
    expect.closeTo(1, 5),
    expect.closeTo(1, 5),
  ]);
  expect(usage.prompt_tokens).toBeGreaterThan(4);

  const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: KEYS.embed });
  const byOpenAI = await openai.embeddings.create({ model: 'pumps', input: ['a pump', 'a seal'], dimensions: 8 });
  expect(byOpenAI.data.map(({ embedding }) => embedding)).toEqual(
    data.map(({ embedding }: { embedding: number[] }) => embedding.map((value) => expect.closeTo(value, 6))),
  );

  let ended = false;
  const versions = new Map<string, number>();
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    while (!ended) {
      const response = await embed({ input: `how is pump ${client} sealed?` });
      expect(response.status).toBe(200);
      const { model } = await jsonOf(response);
      versions.set(model, (versions.get(model) ?? 0) + 1);
    }
  });
  await run(2);
  await waitUntil(() => (versions.get('pumps@2') ?? 0) > CLIENTS);
  const back = await ask('/api/v1/models/pumps/rollback', { key: KEYS.admin, body: { reason: 'a test' } });
  expect(await jsonOf(back)).toMatchObject({ from: 2, to: 1 });
  const served = versions.get('pumps@1') ?? 0;
  await waitUntil(() => (versions.get('pumps@1') ?? 0) > served + CLIENTS);
  ended = true;
  await Promise.all(clients);
  expect([...versions.keys()].sort()).toEqual(['pumps@1', 'pumps@2']);
  expect((await jsonOf(embed({ model: 'pumps@2', input: 'x' }))).model).toBe('pumps@2');
  expect((await jsonOf(ask('/api/v1/models/pumps'))).events[0]).toMatchObject({
    by: 'the admin',
    reason: 'a test',
  });

  const metrics = await (await fetch(metricsUrl)).text();
  const seriesValue = (series: string) =>
    Number(
      metrics
        .split('\n')
        .find((line) => line.startsWith(series))
        ?.split(' ')[1],
    );
  const answered = 'hone_http_requests_total{method="POST",route="/v1/embeddings",status="200"}';
  expect(seriesValue(answered)).toBeGreaterThanOrEqual([...versions.values()].reduce((sum, count) => sum + count));
  expect(seriesValue('hone_http_seconds_count{method="POST",route="/v1/embeddings"}')).toBeGreaterThan(0);
  expect(seriesValue('hone_http_requests_total{method="GET",route="/api/v1/runs/:id/events",status="200"}')).toBe(2);
  expect(seriesValue('hone_embedded_texts_total{name="pumps",tenant="default",version="2"}')).toBeGreaterThan(CLIENTS);
  expect(seriesValue('hone_model_swaps_total{name="pumps",outcome="done",tenant="default"}')).toBe(2);
  expect(seriesValue('hone_served_version{name="pumps",tenant="default"}')).toBe(1);
  expect(metrics).not.toMatch(/status="5|outcome="failed"/);
  expect((await ask('/metrics')).status).toBe(404);
});

it('is in the trace of its caller, and the workers of what it starts as well', async () => {
  const traceId = 'c0ffee00c0ffee00c0ffee00c0ffee00';
  const headers = {
    authorization: `Bearer ${KEYS.operator}`,
    'content-type': 'application/json',
    traceparent: `00-${traceId}-c0ffee00c0ffee00-01`,
  };
  const body = JSON.stringify({ request: requestWith(2) });
  expect((await fetch(`${url}/api/v1/runs`, { method: 'POST', headers, body })).status).toBe(201);
  const spanOf = (name: string) => traces.spans.find((span) => span.name === name && span.traceId === traceId);
  await waitUntil(() => spanOf('RunActivity:ingest') !== undefined && spanOf('POST /api/v1/runs') !== undefined);
  expect(spanOf('POST /api/v1/runs')).toMatchObject({
    service: 'hone-serve',
    parentSpanId: 'c0ffee00c0ffee00',
    attributes: { 'http.route': '/api/v1/runs', 'http.response.status_code': 201 },
  });
  expect(spanOf('RunActivity:ingest')).toMatchObject({ service: 'hone-worker' });
  for (const key of Object.values(KEYS)) expect(traces.text()).not.toContain(key);
});

it('creates, shows and deletes schedules', async () => {
  const body = { name: 'nightly', request: requestWith(3), cron: '0 3 * * *', timezone: 'Asia/Shanghai' };
  const created = await ask('/api/v1/schedules', { key: KEYS.admin, body });
  expect(created.status, await created.clone().text()).toBe(201);
  expect((await ask('/api/v1/schedules', { key: KEYS.admin, body })).status).toBe(409);
  const paused = await ask('/api/v1/schedules/nightly/pause', { key: KEYS.operator, body: {} });
  expect(await jsonOf(paused)).toMatchObject({ paused: true, note: 'by the operator', timezone: 'Asia/Shanghai' });
  const headers = { authorization: `Bearer ${KEYS.admin}` };
  expect((await fetch(`${url}/api/v1/schedules/nightly`, { method: 'DELETE', headers })).status).toBe(204);
  expect((await ask('/api/v1/schedules/nightly')).status).toBe(404);
});

it('gives an estimate, and refuses it as a run', async () => {
  const body = { request: requestWith(4), pilot: false };
  const { workflowId } = await jsonOf(ask('/api/v1/estimates', { key: KEYS.operator, body }));
  expect((await jsonOf(ask(`/api/v1/estimates/${workflowId}`))).training.steps).toBeGreaterThan(0);
  for (const path of ['result', 'report'])
    expect((await ask(`/api/v1/runs/${workflowId}/${path}`)).status, path).toBe(404);
});

it('neither shows nor touches workflows and schedules of other programs in the namespace', async () => {
  const foreign = { workflowType: 'payroll', taskQueue: 'payroll', args: ['salaries'] };
  const { workflow, schedule } = new Client({ connection });
  const handle = await workflow.start('payroll', { ...foreign, workflowId: 'payroll-1' });
  const scheduled = await schedule.create({
    scheduleId: 'payday',
    spec: { intervals: [{ every: '30 days' }] },
    action: { type: 'startWorkflow', ...foreign },
  });
  const key = KEYS.admin;
  const reads = ['', '/progress', '/events', '/result', '/report'].map((path) => ask(`/api/v1/runs/payroll-1${path}`));
  const changes = ['cancel', 'pause', 'resume', 'approve'].map((path) =>
    ask(`/api/v1/runs/payroll-1/${path}`, { key, body: {} }),
  );
  const schedules = ['pause', 'resume', 'trigger'].map((path) =>
    ask(`/api/v1/schedules/payday/${path}`, { key, body: {} }),
  );
  const headers = { authorization: `Bearer ${key}` };
  const answers = await Promise.all([
    ...reads,
    ...changes,
    ...schedules,
    ask('/api/v1/estimates/payroll-1'),
    ask('/api/v1/schedules/payday'),
    fetch(`${url}/api/v1/schedules/payday`, { method: 'DELETE', headers }),
  ]);
  for (const answer of answers) {
    expect(`${answer.url} ${answer.status}`).toBe(`${answer.url} 404`);
    expect(await answer.text()).not.toContain('salaries');
  }
  expect((await handle.describe()).status.name).toBe('RUNNING');
  expect((await scheduled.describe()).state.paused).toBe(false);
  await Promise.all([handle.terminate(), scheduled.delete()]);
});

it('notes in the audit log who changed what and who was refused, and no key', async () => {
  const text = await readFile(`${project.folder}/.hone/audit.jsonl`, 'utf8');
  const entries = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(entries).toContainEqual(
    expect.objectContaining({ principal: 'the admin', path: '/api/v1/models/pumps/rollback', status: 200 }),
  );
  expect(entries).toContainEqual(expect.objectContaining({ principal: 'the viewer', method: 'POST', status: 403 }));
  expect(text).not.toContain('hone_');
});

it('slows down who tries keys', async () => {
  const tries = await Promise.all(Array.from({ length: 10 }, () => ask('/api/v1/runs', { key: 'hone_guess' })));
  expect(tries.map(({ status }) => status)).toContain(429);
  expect((await ask('/api/v1/runs')).status).toBe(200);
});
