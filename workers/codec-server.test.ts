import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { localMasterKey } from '../core/codec/master-key.ts';
import { PayloadCodec } from '../core/codec/payload-codec.ts';
import { startCodecServer } from './codec-server.ts';
import type { HttpServer } from './http-server.ts';

const codec = new PayloadCodec({ keys: [localMasterKey('here', randomBytes(32))] });
const elsewhere = new PayloadCodec({ keys: [localMasterKey('elsewhere', randomBytes(32))] });
const UI = 'http://temporal.example:8233';
const plain = { metadata: { encoding: btoa('json/plain') }, data: btoa('"a title"') };

let server: HttpServer;
beforeAll(async () => {
  server = await startCodecServer({ codec, listen: '127.0.0.1:0', origins: [UI], token: 'shared' });
});
afterAll(() => server.close());

const ask = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer shared', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

it('encodes and decodes payloads, also below the name of a namespace', async () => {
  const encoded = await (await ask('/encode', { payloads: [plain] })).text();
  expect(encoded).not.toContain(plain.data);
  expect(await (await ask('/acme/decode', JSON.parse(encoded))).json()).toEqual({ payloads: [plain] });
});

it.each([{}, { authorization: 'Bearer other' }, { authorization: 'shared' }])(
  'asks for the token: %j',
  async (header) => {
    const response = await ask('/decode', { payloads: [plain] }, { authorization: '', ...header });
    expect(response.status).toBe(401);
  },
);

it('lets pages of the given web UI ask, and no others', async () => {
  const preflight = (origin: string) => fetch(`${server.url}/decode`, { method: 'OPTIONS', headers: { origin } });
  const allowed = await preflight(UI);
  expect(allowed.headers.get('access-control-allow-origin')).toBe(UI);
  expect(allowed.headers.get('access-control-allow-headers')).toMatch(/authorization.*x-namespace/);
  expect((await preflight('http://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
});

it('says which key is missing', async () => {
  const [foreign] = await elsewhere.encode([{ metadata: {}, data: new Uint8Array(3) }]);
  const metadata = Object.entries(foreign?.metadata ?? {}).map(([k, v]) => [k, Buffer.from(v).toString('base64')]);
  const data = Buffer.from(foreign?.data ?? []).toString('base64');
  const response = await ask('/decode', { payloads: [{ metadata: Object.fromEntries(metadata), data }] });
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(/key elsewhere, which is not here/);
});

it.each(['', '{', '{}', '{"payloads":[{"data":1}]}'])('refuses the body %j', async (body) => {
  expect((await ask('/decode', body)).status).toBe(400);
});

it('refuses a body that is too large', async () => {
  const response = await ask('/decode', 'x'.repeat(17_000_000)).catch(() => undefined);
  expect([413, undefined]).toContain(response?.status);
});

it('does not serve other machines without a token', async () => {
  await expect(startCodecServer({ codec, listen: '0.0.0.0:0', origins: [] })).rejects.toThrow('other machines');
});
