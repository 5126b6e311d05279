import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * What may go wrong with one request: `busy` answers 503 as S3 does; `accept` says yes and does nothing; `reset` breaks the
 * connection before the server hears of it; `mute` after it has done as asked; `truncate` half-way through the answer's body;
 * `shorten` ends the answer half-way as if that were all.
 */
export type Fault = 'busy' | 'accept' | 'unsupported' | 'reset' | 'mute' | 'truncate' | 'shorten';

/** Stands before an S3 server and does to requests what networks and loaded servers do. */
export class FaultyProxy {
  /** Asked for every request. */
  fault: (request: IncomingMessage) => Fault | undefined = () => undefined;
  /** `METHOD path` of every request so far. */
  readonly seen: string[] = [];
  readonly #server: Server;
  readonly #port: number;

  private constructor(port: number) {
    this.#port = port;
    this.#server = createServer((incoming, answer) => this.#serve(incoming, answer));
  }

  static async before(port: number): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(port);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Does `fault` to the next `times` requests that match, and nothing to others. */
  next(times: number, fault: Fault, matches: (request: IncomingMessage) => boolean = () => true): void {
    this.seen.length = 0;
    this.fault = (request) => (matches(request) && times-- > 0 ? fault : undefined);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #serve(incoming: IncomingMessage, answer: ServerResponse): void {
    this.seen.push(`${incoming.method} ${incoming.url}`);
    const fault = this.fault(incoming);
    const end = () => void incoming.socket.destroy();
    if (fault === 'reset') end();
    else if (fault === 'busy') refuse(incoming, answer, 503, 'SlowDown');
    else if (fault === 'unsupported') refuse(incoming, answer, 501, 'NotImplemented');
    else if (fault === 'accept') incoming.resume().once('end', () => answer.writeHead(200, { etag: '"x"' }).end());
    else {
      const { method, url, headers } = incoming;
      const onward = request({ host: '127.0.0.1', port: this.#port, method, path: url, headers });
      onward.once('response', (reply) => {
        if (fault === 'mute') reply.resume().once('end', end);
        else if (fault) void halve(reply, answer, fault);
        else reply.pipe(answer.writeHead(reply.statusCode as number, reply.rawHeaders));
      });
      onward.once('error', end);
      incoming.pipe(onward);
    }
  }
}

async function halve(reply: IncomingMessage, answer: ServerResponse, fault: Fault): Promise<void> {
  const whole = await buffer(reply);
  const half = whole.subarray(0, Math.ceil(whole.length / 2));
  const length = fault === 'shorten' ? half.length : whole.length;
  answer.writeHead(reply.statusCode as number, { ...reply.headers, 'content-length': length });
  answer.write(half, () => (fault === 'shorten' ? answer.end() : answer.destroy()));
}

function refuse(incoming: IncomingMessage, answer: ServerResponse, status: number, code: string): void {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>Not now.</Message></Error>`;
  incoming.resume().once('end', () => answer.writeHead(status, { 'content-type': 'application/xml' }).end(body));
}
