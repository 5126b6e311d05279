import { z } from 'zod';
import { Fault } from '../contracts/fault.ts';
import type { TrackedRun } from './tracked-run.ts';

/** Where runs are tracked, as MLflow's own clients are told: MLFLOW_TRACKING_URI and others. */
export interface MlflowOptions {
  /** `http://mlflow.example.com:5000` */
  readonly url: string;
  /** Name of the experiment, which is created if there is none. */
  readonly experiment: string;
  readonly token?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** Most of what a request may hold. https://mlflow.org/docs/latest/rest-api.html#log-batch */
const MOST_METRICS = 1000;
const MOST_CHARACTERS = { parameter: 6000, tag: 5000 };
const REQUEST_MS = 20_000;

const Experiment = z.object({ experiment: z.object({ experiment_id: z.string() }) });
const Created = z.object({ experiment_id: z.string() });
const Run = z.object({ info: z.object({ run_id: z.string(), status: z.string(), artifact_uri: z.string() }) });
const Found = z.object({ runs: z.array(Run).default([]) });

/**
 * Tracks a run in MLflow, by its REST API. A run that was tracked is left alone; one that was interrupted is completed.
 * @returns address of the run.
 * @throws Fault `unavailable` if the server does not answer; `credentials`, or `config` if it refuses the request.
 */
export async function trackInMlflow(options: MlflowOptions, run: TrackedRun, signal: AbortSignal): Promise<string> {
  const server = new Mlflow(options, signal);
  const experimentId = await server.experiment(options.experiment);
  const filter = `tags.\`hone.key\` = '${run.key}'`;
  const found = Found.parse(await server.post('runs/search', { experiment_ids: [experimentId], filter }));
  const now = Date.now();
  const tags = Object.entries({ ...run.tags, 'hone.key': run.key }).map(([key, value]) => ({
    key,
    value: value.slice(0, MOST_CHARACTERS.tag),
  }));
  const create = { experiment_id: experimentId, run_name: run.name, start_time: now, tags };
  const { info } = found.runs[0] ?? z.object({ run: Run }).parse(await server.post('runs/create', create)).run;
  const { run_id } = info;
  if (info.status !== 'FINISHED') {
    const params = Object.entries(run.parameters).map(([key, value]) => ({
      key,
      value: value.slice(0, MOST_CHARACTERS.parameter),
    }));
    await server.post('runs/log-batch', { run_id, params });
    const metrics = run.metrics.map(({ name, step, value }) => ({ key: nameOf(name), step, value, timestamp: now }));
    for (let first = 0; first < metrics.length; first += MOST_METRICS)
      await server.post('runs/log-batch', { run_id, metrics: metrics.slice(first, first + MOST_METRICS) });
    // Only a server that keeps artifacts itself takes them; others have clients write to their bucket.
    if (info.artifact_uri.startsWith('mlflow-artifacts:'))
      for (const [name, content] of Object.entries(run.files))
        await server.putArtifact(`${experimentId}/${run_id}/artifacts/${name}`, content);
    await server.post('runs/update', { run_id, status: 'FINISHED', end_time: Date.now() });
  }
  return `${options.url}/#/experiments/${experimentId}/runs/${run_id}`;
}

/** Letters, digits and `_-. /` alone: `ndcg@10` is `ndcg_at_10`. */
function nameOf(metric: string): string {
  return metric.replaceAll('@', '_at_').replace(/[^\w\-. /]/g, '_');
}

class Mlflow {
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #signal: AbortSignal;

  constructor({ url, token, username, password }: MlflowOptions, signal: AbortSignal) {
    this.#url = url.replace(/\/+$/, '');
    this.#signal = signal;
    const basic = username && `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`;
    const authorization = token ? `Bearer ${token}` : basic;
    this.#headers = { ...(authorization && { authorization }) };
  }

  async experiment(name: string): Promise<string> {
    const query = `experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`;
    const found = await this.#send('GET', `/api/2.0/mlflow/${query}`, undefined, [404]);
    if (found !== undefined) return Experiment.parse(found).experiment.experiment_id;
    return Created.parse(await this.post('experiments/create', { name })).experiment_id;
  }

  post(method: string, body: object): Promise<unknown> {
    return this.#send('POST', `/api/2.0/mlflow/${method}`, JSON.stringify(body));
  }

  async putArtifact(path: string, content: string): Promise<void> {
    await this.#send('PUT', `/api/2.0/mlflow-artifacts/artifacts/${path}`, content);
  }

  /** @returns undefined for a status among `none`. */
  async #send(method: string, path: string, body?: string, none: readonly number[] = []): Promise<unknown> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(REQUEST_MS)]);
    const type = method === 'POST' ? { 'content-type': 'application/json' } : {};
    const request = { method, headers: { ...this.#headers, ...type }, signal, ...(body !== undefined && { body }) };
    let response: Response;
    try {
      response = await fetch(`${this.#url}${path}`, request);
    } catch (cause) {
      this.#signal.throwIfAborted();
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `MLflow at ${this.#url} does not answer: ${reason}.`;
      throw new Fault('unavailable', message, 'Check MLFLOW_TRACKING_URI where the worker runs.', { cause });
    }
    const text = await response.text();
    if (response.ok) return text ? JSON.parse(text) : {};
    if (none.includes(response.status)) return undefined;
    throw refusal(this.#url, response.status, text);
  }
}

function refusal(url: string, status: number, text: string): Fault {
  const message = `MLflow at ${url} answers ${status}: ${text.slice(0, 300)}`;
  if (status === 401 || status === 403)
    return new Fault('credentials', message, 'Check MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and _PASSWORD.');
  const kind = status >= 500 || status === 429 ? 'unavailable' : 'config';
  return new Fault(kind, message, 'Check MLFLOW_TRACKING_URI, and that it is an MLflow server of version 2 or later.');
}
