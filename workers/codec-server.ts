import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { PayloadCodec } from '../core/codec/payload-codec.ts';
import { Fault } from '../core/contracts/fault.ts';
import { isLoopback, listenAddress } from '../core/primitives/listen-address.ts';
import { type HttpServer, startHttpServer } from './http-server.ts';

export interface CodecServerOptions {
  codec: PayloadCodec;
  /** `HOST:PORT`, `[IPv6]:PORT`, or a port, which is of 127.0.0.1. */
  listen: string;
  /** Origins of web UIs whose pages may ask: `http://127.0.0.1:8233`. */
  origins: readonly string[];
  /** What `authorization: Bearer …` must hold. Default: nothing is asked for, which is for this machine only. */
  token?: string | undefined;
}

/** The UI asks for a page of a history at once: 4 MB, a third more in base64. */
const MOST_BYTES = 16_000_000;

const Base64 = z.string().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
/** `temporal.api.common.v1.Payloads` as JSON. */
const Payloads = z.object({
  payloads: z.array(z.object({ metadata: z.record(z.string(), Base64).optional(), data: Base64.optional() })),
});

/**
 * The server that Temporal's web UI and CLI ask to show encrypted payloads: `POST /decode` and `/encode`.
 * See https://docs.temporal.io/production-deployment/data-encryption.
 * @throws Fault `config` if other machines could reach it without a token, or if the address cannot be listened on.
 */
export async function startCodecServer(options: CodecServerOptions): Promise<HttpServer> {
  const { hostname } = listenAddress(options.listen);
  if (!isLoopback(hostname) && !options.token)
    throw new Fault(
      'config',
      `On ${options.listen}, other machines could have every payload decrypted.`,
      'Set HONE_CODEC_TOKEN to a secret that callers must send, or listen on 127.0.0.1.',
    );
  return startHttpServer(options.listen, (request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      const [status, message] = error instanceof Refused ? [error.status, error.message] : [500, 'It failed.'];
      send(response, status, { message });
    });
  });
}

class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { codec, origins, token }: CodecServerOptions,
): Promise<void> {
  allowOrigin(request, response, origins);
  if (request.method === 'OPTIONS') return void response.writeHead(204).end();
  // The namespace may stand before it.
  const [, operation] = /\/(encode|decode)$/.exec(new URL(request.url ?? '/', 'http://codec').pathname) ?? [];
  if (operation === undefined) throw new Refused(404, 'POST /encode and /decode are here.');
  if (request.method !== 'POST') throw new Refused(405, 'Send a POST request.');
  if (token && !isToken(request.headers.authorization, token))
    throw new Refused(401, 'Send the header "authorization: Bearer TOKEN" with the value of HONE_CODEC_TOKEN.');
  const { payloads } = await bodyOf(request);
  const given = payloads.map(({ metadata = {}, data }) => (data === undefined ? { metadata } : { metadata, data }));
  const converted = await (operation === 'encode' ? codec.encode(given) : codec.decode(given)).catch((error) => {
    throw error instanceof Fault ? new Refused(400, `${error.message} ${error.advice}`) : error;
  });
  send(response, 200, {
    payloads: converted.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
      ...(data && { data: base64(data) }),
    })),
  });
}

function allowOrigin(request: IncomingMessage, response: ServerResponse, origins: readonly string[]): void {
  const { origin } = request.headers;
  response.setHeader('vary', 'origin');
  if (origin === undefined || !origins.includes(origin)) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-credentials', 'true');
  response.setHeader('access-control-allow-methods', 'POST, OPTIONS');
  response.setHeader('access-control-allow-headers', 'content-type, authorization, x-namespace');
}

function isToken(header: string | undefined, token: string): boolean {
  // Of equal length, as the comparison in constant time wants.
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}

async function bodyOf(request: IncomingMessage): Promise<z.infer<typeof Payloads>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Refused(413, `At most ${MOST_BYTES} bytes.`);
    chunks.push(chunk);
  }
  try {
    return Payloads.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  } catch {
    throw new Refused(400, 'The body is no {"payloads": […]} with values in base64.');
  }
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
