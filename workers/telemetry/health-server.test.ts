import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpServer } from '../http-server.ts';
import { type HealthServerOptions, startHealthServer } from './health-server.ts';

let server: HttpServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function ask(path: string, options: Partial<HealthServerOptions> = {}) {
  server = await startHealthServer({ listen: '127.0.0.1:0', missing: async () => [], ...options });
  const response = await fetch(server.url + path);
  return { status: response.status, text: await response.text() };
}

describe('the health server of a worker', () => {
  it('is alive, and ready if nothing is missing', async () => {
    expect(await ask('/healthz')).toEqual({ status: 200, text: 'ok\n' });
    await server?.close();
    expect(await ask('/readyz')).toEqual({ status: 200, text: 'ok\n' });
  });

  it('is not ready while something is missing, and says what', async () => {
    const missing = async () => ['Temporal does not answer.', 'The store s3://acme does not answer.'];
    expect(await ask('/readyz', { missing })).toEqual({
      status: 503,
      text: 'Temporal does not answer.\nThe store s3://acme does not answer.\n',
    });
  });

  it('hands on the metrics of the SDK', async () => {
    const exporter = createServer((_, response) => response.end('hone_training_active 1\n'));
    await new Promise<void>((resolve) => exporter.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = exporter.address() as AddressInfo;
      expect(await ask('/metrics', { metrics: `127.0.0.1:${port}` })).toEqual({
        status: 200,
        text: 'hone_training_active 1\n',
      });
    } finally {
      exporter.close();
    }
  });

  it('says what there is at another path', async () => {
    expect(await ask('/metrics')).toMatchObject({ status: 404, text: expect.stringContaining('/readyz') });
  });

  it.each(['localhost:http', '70000', 'http://a:1', ':9464', ''])('refuses "%s" as an address', async (listen) => {
    await expect(startHealthServer({ listen, missing: async () => [] })).rejects.toMatchObject({
      kind: 'config',
      advice: expect.stringContaining('0.0.0.0:9464'),
    });
  });

  it('says that a port is taken', async () => {
    server = await startHealthServer({ listen: '127.0.0.1:0', missing: async () => [] });
    const listen = new URL(server.url).host;
    await expect(startHealthServer({ listen, missing: async () => [] })).rejects.toThrow(`Cannot listen on ${listen}`);
  });
});
