import { duration, quantity } from '../../cli/output/format.ts';
import type { Estimate } from '../../core/contracts/estimate.ts';
import type { RunRequest } from '../../core/contracts/run-input.ts';
import { QUEUE_NAMES } from '../../core/contracts/task-queues.ts';
import { ROLES, type Role } from '../../server/access/roles.ts';
import type { Harness } from '../../tests/harness/harness.ts';
import { Api } from './api.ts';
import { Installation } from './installation.ts';
import { type Kill, killWorkers } from './kill-workers.ts';
import { Prometheus } from './prometheus.ts';
import { checkAlerts, checkLoad, checkMetrics, checkTrace } from './read-back.ts';
import type { Report } from './report.ts';
import { type ApiRun, exampleRequest, runByApi, type WatchedRun } from './run-by-api.ts';
import { serveUnderLoad } from './serve-under-load.ts';

export interface WayOptions {
  readonly workersPerQueue: number;
  /** Clients that embed at the same time. */
  readonly clients: number;
  /** Of both trainings. Default: the example's for the first, one for the second. */
  readonly epochs?: number | undefined;
}

/** What has been started so far. */
export interface Standing {
  installation?: Installation;
  api?: Api;
  keys?: Readonly<Record<Role, string>>;
  prometheus?: Prometheus;
}

/** What a way needs of its surroundings. */
interface Surroundings {
  readonly harness: Harness;
  readonly report: Report;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Completed step by step. */
  readonly standing: Standing;
}

/** Published name of the example. */
const NAME = 'handbook';

/**
 * The way from nothing to a model in production that is exchanged, watched and traced, step by step.
 * @throws what a step throws that the others need.
 */
export async function walk(surroundings: Surroundings, options: WayOptions): Promise<void> {
  const { harness, report, signal, say, standing } = surroundings;
  const { workersPerQueue, clients, epochs } = options;
  let installation!: Installation;
  await report.step('servers', async () => {
    installation = await Installation.start(harness, workersPerQueue);
    standing.installation = installation;
    const { s3, temporal, store } = installation;
    return { line: `Temporal on ${temporal.address} (SQLite), S3 on 127.0.0.1:${s3.port}, store ${store}` };
  });
  await report.check('prometheus', async () => {
    const prometheus = await Prometheus.start(harness, installation.targets, { signal, say });
    standing.prometheus = prometheus;
    return { line: `${prometheus.url}, scrapes ${installation.targets.length} targets` };
  });
  await report.step('workers', async () => {
    await installation.startWorkers();
    const { length } = installation.workers;
    return { line: `${length} processes: ${workersPerQueue} for each of ${QUEUE_NAMES.join(', ')}; all take tasks` };
  });
  let api!: Api;
  await report.step('server', async () => {
    const { url, keys } = await installation.startServer();
    api = new Api(url, keys, signal);
    Object.assign(standing, { api, keys });
    return { line: `${api.url}, a key for each of ${ROLES.join(', ')}` };
  });
  await report.step('keys', () => checkKeys(api));

  let request!: RunRequest;
  await report.step('estimate', async () => {
    request = await exampleRequest(api, epochs);
    const { workflowId } = await api.ok('/api/v1/estimates', { role: 'operator', body: { request } });
    await api.follow(workflowId);
    const estimate: Estimate = await api.ok(`/api/v1/estimates/${workflowId}`, { role: 'viewer' });
    return { line: describeEstimate(estimate), figures: estimate };
  });

  let first!: ApiRun;
  let killing!: ReturnType<typeof killWorkers>;
  await report.step('run', async () => {
    const watched: WatchedRun = { latest: undefined };
    const killed = new AbortController();
    killing = killWorkers(installation, watched, AbortSignal.any([signal, killed.signal]));
    killing.catch(() => {});
    try {
      first = await runByApi(api, request, watched);
    } catch (error) {
      killed.abort(error);
      throw error;
    }
    return { line: describeRun(first), figures: first };
  });
  let kills: readonly Kill[] = [];
  await report.check('kill -9', async () => {
    kills = await killing;
    const line = kills.map(({ worker, doing, after }) => [`${worker} (${doing})`, after].filter(Boolean).join(': '));
    return { line: line.join('; '), figures: kills };
  });

  let second!: ApiRun;
  let load!: Awaited<ReturnType<typeof serveUnderLoad>>;
  await report.step('next version', async () => {
    const training = { ...request.training, seed: 2, epochs: epochs ?? 1 };
    // Whether it is better is not what is tried here.
    const publish = { name: NAME, gate: 'none' as const };
    const next = { ...request, training, publish };
    load = await serveUnderLoad(api, { name: NAME, clients, signal }, (watched) => runByApi(api, next, watched));
    second = load.run;
    return { line: describeRun(second), figures: second };
  });
  await report.check('swap', async () => checkLoad(load));
  const context = { installation, prometheus: standing.prometheus, signal };
  const killed = kills.map(({ worker }) => worker);
  await report.check('metrics', () => checkMetrics(context, { first, second, load, requests: api.embeddings, killed }));
  await report.check('alerts', () => checkAlerts(context));
  await report.check('trace', () => checkTrace(context, first, killed));
}

/** Without a key nothing is answered, and with one what its role may. */
async function checkKeys(api: Api) {
  const asked: [string, Parameters<Api['ask']>[1], number][] = [
    ['/api/v1/runs', {}, 401],
    ['/api/v1/runs', { role: 'embed' }, 403],
    ['/api/v1/runs', { role: 'viewer' }, 200],
    [`/api/v1/models/${NAME}/rollback`, { role: 'operator', body: {} }, 403],
    ['/v1/models', { role: 'embed' }, 200],
  ];
  for (const [path, options, wanted] of asked) {
    const { status } = await api.ask(path, options);
    if (status !== wanted) throw new Error(`${options?.role ?? 'nobody'} asked for ${path}: ${status}, not ${wanted}.`);
  }
  return { line: 'runs: 401 without a key, 403 to embed, 200 to viewer; rollback: 403 to operator' };
}

function describeEstimate({ corpus, questions, training: { steps, pilot } }: Estimate): string {
  return [
    `${corpus?.documents} documents, ${corpus?.chunks} chunks`,
    `${questions?.requests} of ${(questions?.requests ?? 0) + (questions?.answered ?? 0)} requests to send`,
    pilot ? `${steps} steps in about ${duration(pilot.seconds)}` : `${steps} steps`,
  ].join(', ');
}

function describeRun({ id, events, result: { training, evaluations, published } }: ApiRun): string {
  const [{ base, tuned }] = evaluations;
  const hitRate = ({ metrics }: typeof base) => metrics['hit@5']?.value.toFixed(3);
  return [
    `${id}: ${events} events`,
    `${training.steps} steps at ${quantity(training.samplesPerSecond)} pairs/s`,
    `hit rate @5 ${hitRate(base)} → ${hitRate(tuned)}`,
    `${published?.name}@${published?.version}`,
  ].join(', ');
}
