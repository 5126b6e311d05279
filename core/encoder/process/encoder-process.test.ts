import { describe, expect, it, vi } from 'vitest';
import { Fault } from '../../contracts/fault.ts';
import { childOf } from '../../training/process/processes.fixture.ts';
import { openEncoder } from '../encoder.ts';
import { openEncoderProcess } from './encoder-process.ts';

const MODEL = new URL('../../../tests/recorded/tiny-bert', import.meta.url).pathname;
const TEXTS = Array.from({ length: 1500 }, (_, i) => `${'word '.repeat(i % 40)}${i}`);

// The process and the runtime have to start, also on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

describe('the embedding process', () => {
  it('returns the same embeddings, in the order of the texts, as an encoder in this process', async () => {
    const encoder = await openEncoderProcess(MODEL, { threads: 1 });
    const done: number[] = [];
    const [many, few] = await Promise.all([
      encoder.embed(TEXTS, { onProgress: (n) => done.push(n) }),
      encoder.embed(['a', 'b']),
    ]);
    await encoder.close();
    const here = await openEncoder(MODEL, { threads: 1 });
    expect(encoder.dimension).toBe(16);
    expect(many).toEqual(await here.embed(TEXTS));
    expect(few).toEqual(await here.embed(['a', 'b']));
    expect(done.at(-1)).toBe(TEXTS.length);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    await expect(encoder.embed(['late'])).rejects.toThrow('has been closed');
  });

  it('returns embeddings that depend on other texts of the call only by rounding', async () => {
    const encoder = await openEncoder(MODEL, { threads: 1 });
    const [alone] = await encoder.embed([TEXTS[7] as string]);
    const among = (await encoder.embed(TEXTS))[7] as Float32Array;
    for (const [i, x] of among.entries()) expect(x).toBeCloseTo(alone?.[i] as number, 5);
  });

  it('reports what is wrong with a folder', async () => {
    const failure = await openEncoderProcess('/nowhere').catch((error) => error);
    expect(failure).toBeInstanceOf(Fault);
    expect(failure.message).toContain('/nowhere/config.json is missing');
    await expect(openEncoderProcess(MODEL, { maxLength: 100 })).rejects.toThrow('has only 48 positions');
  });

  it('rejects with the reason of the signal when aborted', async () => {
    const controller = new AbortController();
    const encoder = await openEncoderProcess(MODEL, { signal: controller.signal });
    const reason = new Error('enough');
    const running = encoder.embed(TEXTS);
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
  });

  it.runIf(process.platform === 'linux')('reports a killed child as a lack of memory', async () => {
    const encoder = await openEncoderProcess(MODEL);
    const running = encoder.embed(TEXTS);
    process.kill(await childOf(process.pid, 'encoder-child'), 'SIGKILL');
    const failure = await running.catch((error) => error);
    expect(failure).toMatchObject({ name: 'Fault', kind: 'exhausted', retryable: true });
  });
});
