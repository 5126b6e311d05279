import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { countRetries } from './count-retries.ts';

it('counts the requests that the SDK sends again, and no first one', async () => {
  let requests = 0;
  const server = createServer((_, response) => {
    response.statusCode = requests++ < 2 ? 503 : 200;
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    forcePathStyle: true,
  });
  const retried: string[] = [];
  countRetries(client, (operation) => retried.push(operation));
  try {
    await client.send(new GetObjectCommand({ Bucket: 'store', Key: 'a' }));
    await client.send(new HeadObjectCommand({ Bucket: 'store', Key: 'a' }));
    expect(retried).toEqual(['get-object', 'get-object']);
  } finally {
    client.destroy();
    server.close();
  }
});
