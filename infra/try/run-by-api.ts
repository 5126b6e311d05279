import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Followed } from '../../client/follow.ts';
import type { RunRequest } from '../../core/contracts/run-input.ts';
import type { RunResult } from '../../core/contracts/run-result.ts';
import type { Api } from './api.ts';
import { EXAMPLE } from './installation.ts';

/** A run that is being followed, for those who act in its course. */
export interface WatchedRun {
  /** Its progress at this moment; undefined before it is known. */
  latest: Followed | undefined;
}

/** A run by the API. */
export interface ApiRun {
  readonly id: string;
  readonly events: number;
  readonly seconds: number;
  readonly result: RunResult;
  /** Of its trace, and of the caller's span in it. */
  readonly traceId: string;
  readonly caller: string;
}

/** The shipped example as its `run.yaml` describes it, with the paths of this machine. */
export async function exampleRequest(api: Api, epochs: number | undefined): Promise<RunRequest> {
  const text = await readFile(join(EXAMPLE, 'run.yaml'), 'utf8');
  const checked = await api.ok('/api/v1/inputs', { role: 'operator', body: { text } });
  const { documents = [], questions, training, ...rest }: RunRequest = checked.request;
  return {
    ...rest,
    documents: documents.map((path) => join(EXAMPLE, path)),
    questions: { ...questions, ...(questions?.ledger && { ledger: join(EXAMPLE, questions.ledger) }) },
    training: { ...training, ...(epochs && { epochs }) },
  };
}

/** Starts a run as the caller of a trace, follows it to its end and reads its result. */
export async function runByApi(api: Api, request: RunRequest, watched: WatchedRun): Promise<ApiRun> {
  const began = performance.now();
  const traceId = randomBytes(16).toString('hex');
  const caller = randomBytes(8).toString('hex');
  const headers = { traceparent: `00-${traceId}-${caller}-01` };
  const { workflowId: id } = await api.ok('/api/v1/runs', { role: 'operator', body: { request }, headers });
  const events = await api.follow(id, (followed) => {
    watched.latest = followed;
  });
  const seconds = (performance.now() - began) / 1000;
  const result: RunResult = await api.ok(`/api/v1/runs/${id}/result`, { role: 'viewer' });
  if (!result.published?.promoted) throw new Error(`${id} was not promoted: ${result.published?.reason}`);
  return { id, events, seconds, result, traceId, caller };
}
