import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { trackInMlflow } from './mlflow.ts';
import type { TrackedRun } from './tracked-run.ts';

const RUN: TrackedRun = { key: 'k', name: 'n', tags: {}, parameters: {}, metrics: [], files: {} };
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function track(answer: RequestListener, token?: string): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return trackInMlflow({ url, experiment: 'hone', token }, RUN, new AbortController().signal);
}

it('says what a server answers that refuses it, and whether a retry may help', async () => {
  const answering = (status: number) => track((_, response) => response.writeHead(status).end('because'));
  await expect(answering(401)).rejects.toMatchObject({ kind: 'credentials', retryable: false });
  await expect(answering(400)).rejects.toMatchObject({ kind: 'config', message: expect.stringContaining('because') });
  await expect(answering(503)).rejects.toMatchObject({ kind: 'unavailable', retryable: true });
  const away = trackInMlflow({ url: 'http://127.0.0.1:1', experiment: 'x' }, RUN, new AbortController().signal);
  await expect(away).rejects.toMatchObject({ kind: 'unavailable' });
});

it('sends the token, and leaves a run alone that was tracked already', async () => {
  const seen: string[] = [];
  const answer: RequestListener = ({ method, url, headers }, response) => {
    seen.push(`${method} ${url?.split('?')[0]} ${headers.authorization}`);
    const info = { run_id: 'r1', status: 'FINISHED', artifact_uri: 'mlflow-artifacts:/7/r1/artifacts' };
    const body = url?.includes('get-by-name') ? { experiment: { experiment_id: '7' } } : { runs: [{ info }] };
    response.end(JSON.stringify(body));
  };
  expect(await track(answer, 'secret')).toMatch(/\/#\/experiments\/7\/runs\/r1$/);
  expect(seen).toEqual([
    'GET /api/2.0/mlflow/experiments/get-by-name Bearer secret',
    'POST /api/2.0/mlflow/runs/search Bearer secret',
  ]);
});
