import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * What goes wrong with a request:
 * - `busy`: 503, as S3 answers under load; the server never sees the request
 * - `accept`: 200 without doing anything
 * - `unsupported`: 501
 * - `reset`: the connection breaks before the server sees the request
 * - `mute`: the connection breaks after the server has done the request
 * - `truncate`: the connection breaks half-way through the body of the response
 * - `shorten`: the response ends half-way, with a matching content length
 */
export type Fault = 'busy' | 'accept' | 'unsupported' | 'reset' | 'mute' | 'truncate' | 'shorten';

/** A proxy in front of an S3 server that injects the faults of networks and of servers under load. */
export class FaultyProxy {
  /** Called for each request. */
  fault: (request: IncomingMessage) => Fault | undefined = () => undefined;
  /** Milliseconds that a request waits before it is forwarded; called for each. */
  delayMs: (request: IncomingMessage) => number = () => 0;
  /** `METHOD path` of each request so far. */
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #port: number;

  private constructor(port: number) {
    this.#port = port;
    this.#server = createServer((incoming, answer) => this.#handle(incoming, answer));
  }

  /** @param port Of the server, on 127.0.0.1. */
  static async start(port: number): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(port);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** For `AWS_ENDPOINT_URL_S3`. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Injects the fault into the next `times` requests that match, and none into others. Clears `requests`. */
  failNext(times: number, fault: Fault, matches: (request: IncomingMessage) => boolean = () => true): void {
    this.requests.length = 0;
    let left = times;
    this.fault = (request) => (matches(request) && left-- > 0 ? fault : undefined);
  }

  /** Injects no fault from now on. Clears `requests`. */
  heal(): void {
    this.failNext(0, 'busy');
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #handle(incoming: IncomingMessage, answer: ServerResponse): void {
    this.requests.push(`${incoming.method} ${incoming.url}`);
    const fault = this.fault(incoming);
    const reset = () => void incoming.socket.destroy();
    if (fault === 'reset') reset();
    else if (fault === 'busy') refuse(incoming, answer, 503, 'SlowDown');
    else if (fault === 'unsupported') refuse(incoming, answer, 501, 'NotImplemented');
    else if (fault === 'accept') incoming.resume().once('end', () => answer.writeHead(200, { etag: '"x"' }).end());
    else {
      const { method, url, headers } = incoming;
      const forwarded = request({ host: '127.0.0.1', port: this.#port, method, path: url, headers });
      forwarded.once('response', (reply) => {
        if (fault === 'mute') reply.resume().once('end', reset);
        else if (fault) void sendHalf(reply, answer, fault);
        else reply.pipe(answer.writeHead(reply.statusCode as number, reply.rawHeaders));
      });
      forwarded.once('error', reset);
      setTimeout(() => incoming.pipe(forwarded), this.delayMs(incoming));
    }
  }
}

async function sendHalf(reply: IncomingMessage, answer: ServerResponse, fault: Fault): Promise<void> {
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
