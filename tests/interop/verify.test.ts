import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minilm } from '../../bench/models/minilm.ts';
import { PYTHON } from '../../bench/peers/python.ts';
import { openEmbeddingServer } from '../../core/provider/embedding-server.ts';
import { verifyServer } from '../../core/verify/verify-server.ts';

const MINILM = await minilm();

describe('a server that computes with sentence-transformers', () => {
  let peer: ChildProcess;
  let address: string;
  beforeAll(async () => {
    const script = fileURLToPath(new URL('./serve-with-sentence-transformers.py', import.meta.url));
    peer = spawn(PYTHON, [script, MINILM], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = await once(peer.stdout as NodeJS.ReadableStream, 'data');
    address = `http://127.0.0.1:${Number(String(port))}`;
  });
  afterAll(() => void peer.kill());

  const verify = async (fault: string) => {
    const server = await openEmbeddingServer({ url: `${address}/${fault}/v1`, model: 'minilm' });
    return verifyServer({ server, folder: MINILM });
  };

  it('is found to serve the model', async () => {
    const { serves, drift } = await verify('right');
    expect(serves).toBe(true);
    expect(drift).toMatchObject({ rounding: 'float32', greatestDifference: expect.any(Number) });
    expect(drift.highest).toBeLessThan(1e-5);
  });

  it('is found to serve it in bfloat16', async () => {
    const { serves, drift } = await verify('bfloat16');
    expect(serves).toBe(true);
    expect(drift.rounding).not.toBe('float32');
  });

  it.each([
    ['cls', 'pooling', 'takes the first token'],
    ['cut-200', 'truncated', 'to 200 tokens; the model reads 256'],
  ])('is found to do otherwise: %s', async (name, fault, message) => {
    const { faults } = await verify(name);
    expect(faults).toMatchObject([{ fault, message: expect.stringContaining(message) }]);
  });
});
