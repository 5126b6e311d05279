import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { askAtOnce, lowestCosine } from './clients.ts';

/** Answers with the vector of each text. */
async function serve(vectorOf: (text: string) => number[]) {
  let open = 0;
  const seen = { most: 0, texts: [] as string[] };
  const server = createServer(async (request, response) => {
    seen.most = Math.max(seen.most, ++open);
    const { input } = JSON.parse(Buffer.concat(await request.toArray()).toString()) as { input: string[] };
    seen.texts.push(...input);
    const base64 = (text: string) => Buffer.from(Float32Array.from(vectorOf(text)).buffer).toString('base64');
    await sleep(100);
    response.end(JSON.stringify({ data: input.map((text) => ({ embedding: base64(text) })) }));
    open--;
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, model: 'model', seen };
}

it('sends all texts in turn, in requests of equal size, and counts what was answered', async () => {
  const server = await serve(() => [1, 0]);
  const { texts, milliseconds } = await askAtOnce(server, ['a', 'b', 'c'], { clients: 4, rows: 2, seconds: 0.2 });
  expect(server.seen.texts).toHaveLength(texts);
  expect(texts).toBe(milliseconds.length * 2);
  expect(new Set(server.seen.texts)).toEqual(new Set(['a', 'b', 'c']));
  expect(server.seen.most).toBeGreaterThan(1);
});

it('compares vectors of any length by their cosine', async () => {
  const [long, short] = [await serve((text) => [2, text.length]), await serve((text) => [1, text === 'b' ? 1 : 0.5])];
  expect(await lowestCosine(long, short, ['a'])).toBeCloseTo(1, 6);
  expect(await lowestCosine(long, short, ['a', 'b'])).toBeCloseTo(3 / Math.sqrt(10), 6);
});
