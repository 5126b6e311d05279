import type { ServerResponse } from 'node:http';
import { type HttpServer, startHttpServer } from '../http-server.ts';

export interface HealthServerOptions {
  /** `HOST:PORT`, `[IPv6]:PORT`, or a port, which is of 127.0.0.1. */
  listen: string;
  /** What the worker lacks to do its work; empty if nothing. */
  missing(): Promise<readonly string[]>;
  /** Address of the SDK's exporter; without one there are no metrics here. */
  metrics?: string | undefined;
}

/**
 * Answers `/healthz` (200 as long as the process works), `/readyz` (200, or 503 with what is missing) and `/metrics`.
 * @throws Fault `config` if the address is none, or cannot be listened on.
 */
export function startHealthServer(options: HealthServerOptions): Promise<HttpServer> {
  return startHttpServer(options.listen, (request, response) => {
    const path = new URL(request.url ?? '/', 'http://worker').pathname;
    answer(path, options, response).catch((error: unknown) => send(response, 500, `${error}`));
  });
}

async function answer(
  path: string,
  { missing, metrics }: HealthServerOptions,
  response: ServerResponse,
): Promise<void> {
  // That this process answers is all: a worker that failed ends its process.
  if (path === '/healthz') return send(response, 200, 'ok');
  if (path === '/readyz') {
    const reasons = await missing();
    return send(response, reasons.length > 0 ? 503 : 200, reasons.join('\n') || 'ok');
  }
  if (path === '/metrics' && metrics) {
    const scraped = await fetch(`http://${metrics}/metrics`);
    return send(response, scraped.status, await scraped.text(), scraped.headers.get('content-type'));
  }
  return send(response, 404, '/healthz, /readyz and /metrics are here.');
}

function send(response: ServerResponse, status: number, text: string, type: string | null = null): void {
  response.writeHead(status, { 'content-type': type ?? 'text/plain; charset=utf-8' });
  response.end(text.endsWith('\n') ? text : `${text}\n`);
}
