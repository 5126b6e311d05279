import { expect, it } from 'vitest';
import type { EmbedOptions, TextEncoder } from '../../core/contracts/model.ts';
import { Batcher } from './batcher.ts';

/** An encoder whose embedding of a text is its length, and which works until it is let go on. */
function heldEncoder() {
  const calls: { texts: readonly string[]; as: EmbedOptions['as']; goOn(): void; fail(error: Error): void }[] = [];
  const encoder: TextEncoder = {
    dimension: 1,
    embed(texts, { as, onTokens } = {}) {
      return new Promise((resolve, reject) => {
        const goOn = () => {
          onTokens?.(Uint32Array.from(texts, (text) => text.length));
          resolve(texts.map((text) => Float32Array.of(text.length)));
        };
        calls.push({ texts, as, goOn, fail: reject });
      });
    },
  };
  return { encoder, calls };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('embeds together what arrives while the encoder works, and gives each request its own', async () => {
  const { encoder, calls } = heldEncoder();
  const batcher = new Batcher(encoder, 100);
  const first = batcher.embed(['a'], undefined);
  await turn();
  const second = batcher.embed(['bb', 'ccc'], undefined);
  const third = batcher.embed(['dddd'], undefined);
  calls[0]?.goOn();
  await turn();
  expect(calls.map(({ texts }) => texts)).toEqual([['a'], ['bb', 'ccc', 'dddd']]);
  calls[1]?.goOn();
  expect(await first).toEqual({ embeddings: [Float32Array.of(1)], tokens: 1 });
  expect(await second).toEqual({ embeddings: [Float32Array.of(2), Float32Array.of(3)], tokens: 5 });
  expect(await third).toEqual({ embeddings: [Float32Array.of(4)], tokens: 4 });
});

it('never embeds queries together with passages, which have another prompt', async () => {
  const { encoder, calls } = heldEncoder();
  const batcher = new Batcher(encoder, 100);
  const all = [batcher.embed(['q'], 'query'), batcher.embed(['p'], 'passage'), batcher.embed(['r'], 'passage')];
  await turn();
  calls[0]?.goOn();
  await turn();
  calls[1]?.goOn();
  await Promise.all(all);
  expect(calls.map(({ texts, as }) => [as, ...texts])).toEqual([
    ['query', 'q'],
    ['passage', 'p', 'r'],
  ]);
});

it('refuses texts above what may wait, and says when to try again', async () => {
  const { encoder, calls } = heldEncoder();
  const batcher = new Batcher(encoder, 3);
  const working = batcher.embed(['a', 'b', 'c', 'd'], undefined);
  await turn();
  const waiting = batcher.embed(['e', 'f', 'g'], undefined);
  expect(() => batcher.embed(['h'], undefined)).toThrow('3 texts wait');
  calls[0]?.goOn();
  await working;
  await turn();
  calls[1]?.goOn();
  await waiting;
});

it('fails the requests of a call that failed, and works on', async () => {
  const { encoder, calls } = heldEncoder();
  const batcher = new Batcher(encoder, 100);
  const failed = batcher.embed(['a'], undefined);
  await turn();
  const next = batcher.embed(['b'], undefined);
  calls[0]?.fail(new Error('the encoder failed'));
  await expect(failed).rejects.toThrow('the encoder failed');
  await turn();
  calls[1]?.goOn();
  expect((await next).tokens).toBe(1);
  await batcher.idle();
});
