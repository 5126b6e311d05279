import type { IncomingMessage, ServerResponse } from 'node:http';

export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

// biome-ignore lint/suspicious/noExplicitAny: a request body is whatever the client sent.
export function parseJson(bytes: Buffer): Record<string, any> {
  return bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8'));
}

/**
 * Sends a response: a string as HTML, a buffer as bytes, anything else as JSON.
 * @param cut Breaks the connection after half of the body.
 */
export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
  cut = false,
): void {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const textType = typeof body === 'string' ? 'text/html' : 'application/json';
  const type = Buffer.isBuffer(body) ? 'application/octet-stream' : textType;
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length, ...headers });
  if (!cut) return void response.end(bytes);
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}
