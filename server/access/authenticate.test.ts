import { Hono } from 'hono';
import { expect, it } from 'vitest';
import type { Env } from '../context.ts';
import { toHttpFault } from '../http-fault.ts';
import { loadServerSettings } from '../settings.ts';
import { authenticate } from './authenticate.ts';

const settings = await loadServerSettings('/nowhere');

/** The status that a request gets from a server without keys. */
async function statusOf(headers: Record<string, string>): Promise<number> {
  const app = new Hono<Env>();
  app.use(authenticate(settings, () => '127.0.0.1'));
  app.get('/', (c) => c.text(c.get('principal').name));
  app.onError((error) => new Response(error.message, { status: toHttpFault(error).status }));
  return (await app.request('/', { headers })).status;
}

it('answers programs of this machine alone where there are no keys', async () => {
  expect(await statusOf({ host: '127.0.0.1:8080' })).toBe(200);
  expect(await statusOf({ host: 'localhost:8080' })).toBe(200);
  expect(await statusOf({ host: '[::1]:8080', origin: 'http://[::1]:8080' })).toBe(200);
});

it.each([
  ['a page of another site', { host: 'localhost:8080', origin: 'https://evil.example.com' }],
  ['a sandboxed page', { host: 'localhost:8080', origin: 'null' }],
  ['a name that was pointed at this address', { host: 'evil.example.com:8080' }],
  ['no host', { host: '' }],
])('refuses %s', async (_, headers) => {
  expect(await statusOf(headers)).toBe(403);
});
