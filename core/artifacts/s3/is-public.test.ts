import { createServer } from 'node:http';
import { afterEach, expect, it, vi } from 'vitest';
import { isPublic } from './is-public.ts';

afterEach(() => vi.unstubAllEnvs());

/** A bucket that answers with one status, and what it was asked. */
async function bucket(status: number) {
  const asked: { path?: string | undefined; authorization?: string | undefined }[] = [];
  const server = createServer(({ url, headers }, response) => {
    asked.push({ path: url?.split('?')[0], authorization: headers.authorization });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  return { asked, close: () => server.close() };
}

it('asks for the entry without credentials', async () => {
  const open = await bucket(200);
  expect(await isPublic('s3://acme/hone', 'doctor/entry')).toBe(true);
  expect(open.asked).toEqual([{ path: '/acme/hone/doctor/entry', authorization: undefined }]);
  open.close();
});

it('is false where the bucket refuses', async () => {
  const closed = await bucket(403);
  expect(await isPublic('s3://acme', 'doctor/entry')).toBe(false);
  closed.close();
});
