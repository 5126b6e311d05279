import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { quantile, sendAtOnce, sendSteadily } from './requests.ts';

/** A server that answers after `ms`, one request at a time. */
async function slowServer(ms: number, status = 200) {
  let busy = Promise.resolve();
  const server = createServer((_, response) => {
    busy = busy.then(async () => {
      await sleep(ms);
      response.statusCode = status;
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { name: 'slow', send: () => fetch(url) };
}

it('counts the wait of requests that a slow server makes late', async () => {
  // 100 requests a second to a server that answers 20: the last one waits for those before.
  const [{ milliseconds } = { milliseconds: [] }] = await sendSteadily([await slowServer(50)], 100, 0.2);
  expect(milliseconds).toHaveLength(20);
  expect(Math.max(...milliseconds)).toBeGreaterThan(700);
});

it('sends so many at once', async () => {
  const { milliseconds } = await sendAtOnce(await slowServer(20), 6, 3);
  expect(milliseconds).toHaveLength(6);
  expect(Math.max(...milliseconds)).toBeGreaterThan(55);
});

it('fails if a request is refused', async () => {
  await expect(sendAtOnce(await slowServer(0, 429), 1, 1)).rejects.toThrow('slow: 429');
});

it('takes quantiles by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
  expect([0.5, 0.99, 1].map((share) => quantile(hundred, share))).toEqual([50, 99, 100]);
  expect(quantile([7], 0.99)).toBe(7);
});
