import { copyFile, cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import { distance, openWholeModel, readRecorded } from '../../training/recorded.fixture.ts';
import { openEncoder } from '../encoder.ts';
import { openExported } from '../export/exported-encoder.ts';
import { writeOnnx } from '../export/onnx-folder.ts';
import { readModelFolder } from '../files/model-folder.ts';
import { openTokenizer } from '../tokenizer/tokenizer.ts';

/*
 * Compares every architecture with what transformers computed for a small random model of it. The figures were recorded
 * by tests/recorded/architectures/record.py.
 */
const RECORDED = new URL('../../../tests/recorded/architectures/', import.meta.url).pathname;
const NAMES = (await readdir(RECORDED, { withFileTypes: true })).filter((e) => e.isDirectory()).map(({ name }) => name);

interface Figures {
  readonly pairs: [string, string][];
  readonly queries: number[][];
  readonly passages: number[][];
  readonly scale: number;
  readonly loss: number;
  readonly rows: number[][];
}

const scratch = temporaryFolder();

describe.each(NAMES)('%s computes the same as transformers', (name) => {
  const folder = `${RECORDED}${name}/model`;
  const figures = async (): Promise<Figures> => JSON.parse(await readFile(`${RECORDED}${name}/figures.json`, 'utf8'));

  it('for the tokens and embeddings of texts', async () => {
    const { pairs, queries, passages, rows } = await figures();
    const texts = [...pairs.map(([query]) => query), ...pairs.map(([, passage]) => passage)];
    const tokenizer = await openTokenizer(folder);
    expect(texts.map((text) => tokenizer.encode(text))).toEqual([...queries, ...passages]);
    const embeddings = await (await openEncoder(folder, { threads: 1 })).embed(texts);
    for (const [i, embedding] of embeddings.entries())
      expect(distance(embedding, Float32Array.from(rows[i] as number[]))).toBeLessThan(1e-5);
  });

  it.each([
    ['packed in length groups', { chunks: 1, groups: 4 }],
    ['in chunks, with recomputed layers', { chunks: 3, groups: 1, recompute: 9 }],
  ])('for the loss and the gradient of every parameter, %s', async (_, layout) => {
    const { queries, passages, scale, loss } = await figures();
    const { parameters, session } = await openWholeModel(await readModelFolder(folder), { loss: { scale }, ...layout });
    expect(await session.gradients({ queries, documents: passages, knownPositives: [] }, 0)).toBeCloseTo(loss, 5);
    const gradients = await readRecorded(`${RECORDED}${name}/gradients.safetensors`);
    expect([...gradients.keys()].sort()).toEqual(parameters.map((parameter) => parameter.name).sort());
    for (const { name: parameter, gradient } of parameters) {
      // Softmax is invariant to a constant added to all keys, so the true gradient is zero, and any other value is
      // rounding.
      if (/(key|k|k_lin)\.bias$/.test(parameter)) expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-5);
      else expect.soft(distance(gradient, gradients.get(parameter) as Float32Array), parameter).toBeLessThan(1e-4);
    }
  });

  it('with its exported ONNX model, with and without padding, and approximately in int8', async () => {
    const { pairs, rows } = await figures();
    const texts = [...pairs.map(([query]) => query), ...pairs.map(([, passage]) => passage)];
    const copy = scratch.join(`${name}-onnx`);
    await cp(folder, copy, { recursive: true });
    for (const { path, precision } of await writeOnnx(copy, { int8: true })) {
      const embeddings = await (await openExported(copy, path, { threads: 1 })).embed(texts);
      for (const [i, embedding] of embeddings.entries())
        expect(distance(embedding, Float32Array.from(rows[i] as number[]))).toBeLessThan(
          precision === 'fp32' ? 1e-5 : 0.2,
        );
    }
  });

  it('with the configurations of older releases of transformers', async () => {
    const older = `${RECORDED}${name}/config-transformers-4.json`;
    const copy = scratch.join(name);
    await cp(folder, copy, { recursive: true });
    await copyFile(older, join(copy, 'config.json')).catch(() => {});
    const [text] = (await figures()).pairs.map(([, passage]) => passage) as [string];
    const [expected, actual] = await Promise.all([folder, copy].map((path) => openEncoder(path, { threads: 1 })));
    expect(await actual?.embed([text])).toEqual(await expected?.embed([text]));
  });
});
