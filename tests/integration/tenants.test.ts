import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { Hone } from '../../client/hone.ts';
import { hashOfKey } from '../../server/access/keys.ts';
import type { ManagedProcess } from '../harness/managed-process.ts';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { pumpPages, TINY_BERT } from '../harness/samples.ts';
import { startTemporalServer, type TemporalServer } from '../harness/temporal-server.ts';
import { useHarness } from '../harness/use-harness.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';

/**
 * Two tenants with a worker each, and the default one without, on one Temporal namespace, one store and one
 * `hone serve`: acme has something of everything, and the others try to get at it.
 */
const harness = useHarness();
const TENANTS = ['acme', 'globex'] as const;
const OTHERS = ['globex', 'default'] as const;
const PAGES = 4;
/** In the documents of acme. */
const SECRET = 'canary7301';
/** A published name that acme alone has. */
const NAME = 'acme-only';
/** What begins with an id of acme, or is a name of it. */
const FOREIGN = /"hone\.acme\.|"acme-only|nightly/;
let temporal: TemporalServer;
let provider: RunningProvider;
let project: Project;
let store: string;
let url: string;
const workers = new Map<string, ManagedProcess>();
/** Of acme: a run that is done, one that waits for an approval, and an estimate. */
let ids: { done: string; waiting: string; estimate: string };

beforeAll(async () => {
  [temporal, provider, store] = await Promise.all([
    startTemporalServer(harness),
    harness.use(startProvider()),
    harness.folder('store'),
  ]);
  const llm = { OPENAI_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-test' };
  project = await createProject(harness, { TEMPORAL_ADDRESS: temporal.address, HONE_STORE: store, ...llm });
  const key = (tenant: string) => ({ name: 'admin', role: 'admin', tenant, sha256: hashOfKey(`hone_${tenant}`) });
  const keys = [...TENANTS, 'default'].map(key);
  const limits = { requestsPerMinute: 1_000_000 };
  const settings = (roots: string[], requestsPerMinute: number) =>
    JSON.stringify({ roots, profiles: { shared: { baseURL: provider.url, requestsPerMinute } } });
  await project.write({
    ...pumpPages(PAGES),
    'secret/pump.md': `# Pump ${SECRET}\n\n## Use\n\nThe ${SECRET} drains the ${SECRET} basin in summer.\n`,
    '.hone/server.yaml': JSON.stringify({ keys, limits }),
    '.hone/tenants/acme/worker.yaml': settings(['docs', 'secret', TINY_BERT], 10_000),
    '.hone/tenants/globex/worker.yaml': settings(['docs', TINY_BERT], 1),
  });
  for (const tenant of TENANTS) {
    const worker = project.start(['worker', '--tenant', tenant]);
    await worker.waitForLog(new RegExp(`Serving hone.${tenant}.workflow, hone.${tenant}.cpu`));
    workers.set(tenant, worker);
  }
  const serving = project.start(['serve', '--listen', '0']);
  await serving.waitForLog(/Serving +http/);
  [, url = ''] = /Serving +(http:[\d.:/]+)/.exec(serving.log) ?? [];
});

interface Asked {
  method?: string;
  body?: object | undefined;
}

function ask(tenant: string, path: string, { body, method = body ? 'POST' : 'GET' }: Asked = {}): Promise<Response> {
  const headers = { authorization: `Bearer hone_${tenant}`, 'content-type': 'application/json' };
  return fetch(`${url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
}

// biome-ignore lint/suspicious/noExplicitAny: the wire format itself is tested.
async function jsonOf(response: Response | Promise<Response>): Promise<any> {
  return (await response).json();
}

function requestWith(more: object = {}) {
  return {
    documents: ['docs'],
    model: TINY_BERT,
    questions: { perChunk: 1 },
    training: { recipe: 'llama-index', epochs: 1 },
    publish: { name: 'pumps', gate: 'none' },
    ...more,
  };
}

async function start(tenant: string, request: object, kind = 'runs'): Promise<string> {
  const started = await ask(tenant, `/api/v1/${kind}`, { body: { request } });
  expect(started.status, await started.clone().text()).toBe(201);
  return (await jsonOf(started)).workflowId;
}

/** The last event of a run. */
async function end(tenant: string, id: string): Promise<string> {
  const stream = await (await ask(tenant, `/api/v1/runs/${id}/events`)).text();
  return stream.trim().split('\n\n').at(-1) ?? '';
}

async function finish(tenant: string, request: object): Promise<string> {
  const id = await start(tenant, request);
  expect(await end(tenant, id)).toMatch(/^event: end\ndata: {.*"state":"done"/);
  return id;
}

/** All files of a tenant in the store, with their bytes. */
async function storeOf(tenant: string): Promise<Map<string, string>> {
  const folder = join(store, 'tenants', tenant);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(files.map(async (file) => [file, await readFile(file, 'base64')] as const)));
}

it('asks and bills the same run once for each tenant, and a tenant’s own again not at all', async () => {
  const acme = await finish('acme', requestWith());
  const { chats } = provider.stats;
  expect(chats).toBeGreaterThanOrEqual(PAGES);
  const globex = await finish('globex', requestWith());
  expect(provider.stats.chats).toBe(2 * chats);
  await finish('acme', requestWith({ training: { recipe: 'llama-index', epochs: 3, learningRate: 1e-3 } }));
  expect(provider.stats.chats).toBe(2 * chats);
  // The same request, and so the same id but for the tenant.
  expect(acme.replace('hone.acme.', '')).toBe(globex.replace('hone.globex.', ''));
  for (const folder of ['objects', 'ledger', 'steps', 'models', 'runs'])
    expect(await readdir(store), 'the store of the default tenant').not.toContain(folder);
  expect((await readdir(join(store, 'tenants'))).sort()).toEqual([...TENANTS]);
});

it('reads the document roots of the worker of the tenant alone', async () => {
  const secret = requestWith({ documents: ['secret', 'docs'], publish: { name: NAME, gate: 'none' } });
  const refused = await start('globex', { ...secret, publish: {} });
  expect(await end('globex', refused)).toContain('"state":"failed"');
  const result = await ask('globex', `/api/v1/runs/${refused}/result`);
  expect((await jsonOf(result)).title).toMatch(/secret.* outside/);
  const done = await finish('acme', secret);

  const approvals = { questions: true };
  const waiting = await start('acme', { ...secret, approvals });
  const estimate = await start('acme', secret, 'estimates');
  const schedule = { name: 'nightly', request: secret, cron: '0 3 * * *' };
  expect((await ask('acme', '/api/v1/schedules', { body: schedule })).status).toBe(201);
  await waitUntil(async () => (await jsonOf(ask('acme', `/api/v1/runs/${waiting}`))).hold === 'approval', 120_000);
  expect((await ask('acme', `/api/v1/estimates/${estimate}`)).status).toBe(200);
  ids = { done, waiting, estimate };
});

/** What a request has to have in its body to get as far as its id or name. */
const BODIES: Readonly<Record<string, object>> = { 'patch /api/v1/schedules/{name}': { everyMs: 3_600_000 } };

it('answers about what is another tenant’s as about what does not exist, by every request', async () => {
  for (const tenant of OTHERS) {
    const { paths } = await jsonOf(ask(tenant, '/api/openapi.json'));
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => ({ method, path })),
    );
    // Not in the description: streams and pages.
    const routes = [
      ...described,
      ...['events', 'report'].map((page) => ({ method: 'get', path: `/api/v1/runs/{id}/${page}` })),
    ];
    const asked: string[] = [];
    for (const { method, path } of routes) {
      const [, parameter] = /\{(\w+)\}/.exec(path) ?? [];
      if (parameter === undefined) continue;
      const names = path.includes('/models/') ? [NAME] : ['nightly', 'hone.acme.nightly'];
      const known = parameter === 'id' ? Object.values(ids) : names;
      const body = method === 'get' || method === 'delete' ? undefined : (BODIES[`${method} ${path}`] ?? {});
      const answerAbout = async (name: string) => {
        const to = path.replace(`{${parameter}}`, encodeURIComponent(name));
        const answer = await ask(tenant, to, { method: method.toUpperCase(), body });
        return `${answer.status} ${(await answer.text()).replaceAll(name, 'NAME')}`;
      };
      const nothing = await answerAbout('hone.acme.nothing-12345678');
      expect(nothing, `${method} ${path}`).toMatch(/^404 /);
      for (const name of known) expect(await answerAbout(name), `${method} ${path} of ${name}`).toBe(nothing);
      asked.push(path);
    }
    expect(asked.length).toBeGreaterThan(15);
    const form = new URLSearchParams({ key: `hone_${tenant}` });
    expect((await fetch(`${url}/reports/${ids.done}`, { method: 'POST', body: form })).status).toBe(404);
  }
});

it('lists nothing of another tenant', async () => {
  for (const tenant of OTHERS) {
    for (const path of ['/api/v1/runs?limit=1000', '/api/v1/models', '/api/v1/schedules', '/v1/models']) {
      const answer = await ask(tenant, path);
      expect(answer.status).toBe(200);
      expect(await answer.text(), path).not.toMatch(FOREIGN);
    }
    expect(await (await ask('acme', '/api/v1/runs')).text()).toContain(ids.waiting);
  }
});

/** Of a model of acme, in the ways in which somebody could try to get at it. */
const MODEL_NAMES = [
  NAME,
  `${NAME}@1`,
  `../acme/${NAME}`,
  `../../acme/models/${NAME}`,
  `..\\..\\acme\\models\\${NAME}`,
  `./../../../tenants/acme/models/${NAME}@1`,
  `acme/${NAME}`,
  '..',
];

it('embeds with and shows no model of another tenant, by whatever name', async () => {
  for (const tenant of OTHERS) {
    for (const model of MODEL_NAMES) {
      const embedded = await ask(tenant, '/v1/embeddings', { body: { model, input: 'a pump' } });
      expect([400, 404], `${tenant} ${model}`).toContain(embedded.status);
      const shown = await ask(tenant, `/api/v1/models/${encodeURIComponent(model)}`);
      expect([400, 404], `${tenant} ${model}`).toContain(shown.status);
    }
  }
});

it('serves the same published name to each tenant from its own model, and acme’s to acme', async () => {
  const embedded = await ask('acme', '/v1/embeddings', { body: { model: NAME, input: 'a pump' } });
  expect((await jsonOf(embedded)).model).toBe(`${NAME}@1`);
  const versions = async (tenant: string) => (await jsonOf(ask(tenant, '/api/v1/models/pumps'))).versions.length;
  expect(await versions('acme')).toBe(2);
  expect(await versions('globex')).toBe(1);
  expect((await ask('default', '/api/v1/models/pumps')).status).toBe(404);
  expect(await jsonOf(ask('acme', '/api/v1/me'))).toEqual({ name: 'admin', role: 'admin', tenant: 'acme' });
});

it('lets the command line of a tenant neither see nor change what is another one’s', async () => {
  const refused = [
    ['show', ids.done],
    ['show', ids.waiting, '--questions'],
    ['follow', ids.waiting],
    ['cancel', ids.waiting],
    ['approve', ids.waiting],
    ['pause', NAME],
    ['schedule', 'show', 'hone.acme.nightly'],
    ['schedule', 'delete', 'nightly'],
  ];
  for (const env of [{ HONE_TENANT: 'globex' }, {}]) {
    for (const args of [['list'], ['schedule', 'list']]) {
      const { code, stdout } = await project.hone([...args, '--json'], env);
      expect(code, args.join(' ')).toBe(0);
      expect(stdout).not.toMatch(FOREIGN);
    }
    for (const args of refused) {
      const { code, stderr } = await project.hone(args, env);
      expect({ args, code, stderr }).toEqual({ args, code: 2, stderr: expect.stringMatching(/There is no (run|sch)/) });
    }
  }
});

it('neither attaches to a run of another tenant nor starts one under its id', async () => {
  for (const tenant of OTHERS) {
    const body = { request: requestWith({ documents: ['secret'] }), workflowId: ids.waiting };
    const answer = await ask(tenant, '/api/v1/runs', { body });
    const { workflowId, attached } = await jsonOf(answer);
    if (tenant === 'default') {
      expect(answer.status).toBe(409);
    } else {
      expect({ workflowId, attached }).toEqual({ workflowId: `hone.${tenant}.${ids.waiting}`, attached: false });
      await end(tenant, workflowId);
    }
  }
});

it('shows the models of a tenant to its command line alone', async () => {
  const listed = async (tenant: string) => lastJson(await project.hone(['models', '--tenant', tenant, '--json']));
  expect((await listed('acme')).map(({ name }: { name: string }) => name)).toEqual([NAME, 'pumps']);
  expect((await listed('globex')).map(({ name }: { name: string }) => name)).toEqual(['pumps']);
  const back = await project.hone(['rollback', NAME, '--tenant', 'globex']);
  expect(back).toMatchObject({ code: 2, stderr: expect.stringContaining('Nothing is published') });
});

it.each(['../acme', 'Acme', 'acme/x', 'acme.workflow'])('refuses the tenant %s by flag and variable', async (name) => {
  expect((await project.hone(['list', '--tenant', name])).code).toBe(2);
  const { code, stderr } = await project.hone(['gc'], { HONE_TENANT: name });
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('cannot be the name of a tenant') });
});

it('collects what a tenant has no use for, and not a byte of another one', async () => {
  const before = await storeOf('acme');
  expect(before.size).toBeGreaterThan(20);
  for (const env of [{ HONE_TENANT: 'globex' }, {}]) {
    const collected = lastJson(
      await project.hone(['gc', '--delete', '--older-than', '0s', '--grace', '0s', '--json'], env),
    );
    expect(collected.store).toBe(env.HONE_TENANT ? `file://${store}/tenants/globex` : `file://${store}`);
    expect(JSON.stringify(collected.garbage)).not.toContain('acme');
  }
  expect(await storeOf('acme')).toEqual(before);
});

it('limits requests of one tenant without holding up another one that has a profile of the same name', async () => {
  const shared = { questions: { profile: 'shared', perChunk: 2 }, publish: {} };
  const slow = await start('globex', requestWith(shared));
  const stage = async (tenant: string, id: string) => {
    const { stages } = await jsonOf(ask(tenant, `/api/v1/runs/${id}/progress`));
    return stages.find(({ state }: { state: string }) => state === 'running')?.name;
  };
  await waitUntil(async () => (await stage('globex', slow)) === 'questions', 120_000);
  await finish('acme', requestWith(shared));
  expect(await stage('globex', slow)).toBe('questions');
  const limiters = await temporal.cli(['workflow', 'list', '--query', "WorkflowType = 'rateLimiter'"]);
  for (const tenant of TENANTS) expect(limiters).toContain(`hone.${tenant}.rate-limiter/shared`);
  expect((await ask('globex', `/api/v1/runs/${slow}/cancel`, { method: 'POST' })).status).toBe(200);
  expect(await end('globex', slow)).toContain('"state":"cancelled"');
  // Counted by a worker of its own, from its own ledger.
  const { cost } = await jsonOf(ask('globex', `/api/v1/runs/${slow}`));
  expect(cost.requests).toBeLessThan(PAGES);
});

it('has left acme’s run and schedule as they were, which acme may go on with', async () => {
  expect(await jsonOf(ask('acme', `/api/v1/runs/${ids.waiting}`))).toMatchObject({
    state: 'running',
    hold: 'approval',
  });
  expect(await jsonOf(ask('acme', '/api/v1/schedules/nightly'))).toMatchObject({ name: 'nightly', paused: false });
  const answer = await ask('acme', `/api/v1/runs/${ids.waiting}/approve`, { body: {} });
  expect(answer.status, await answer.clone().text()).toBe(200);
  expect(await end('acme', ids.waiting)).toContain('"state":"done"');
  const hone = await harness.use(Hone.connect({ address: temporal.address, tenant: 'acme' }));
  expect(await hone.schedules.list()).toMatchObject([{ name: 'nightly', publishes: NAME }]);
  await hone.schedules.delete('nightly');
});

it('gave a worker no step of another tenant, and says in the audit log whose requests they were', async () => {
  for (const [tenant, { log }] of workers) {
    const runs = [...log.matchAll(/"run":"([^"]+)"/g)].map(([, run]) => run);
    expect(runs.length).toBeGreaterThan(5);
    expect(runs.filter((run) => !run?.startsWith(`hone.${tenant}.`))).toEqual([]);
  }
  expect(workers.get('globex')?.log).not.toContain(SECRET);
  const audit = (await readFile(join(project.folder, '.hone/audit.jsonl'), 'utf8')).trim().split('\n');
  const cancels = audit.map((line) => JSON.parse(line)).filter(({ path }) => path.endsWith(`${ids.waiting}/cancel`));
  expect(cancels.map(({ tenant, status }) => `${tenant} ${status}`).sort()).toEqual(['default 404', 'globex 404']);
});
