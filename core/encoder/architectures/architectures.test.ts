import { copyFile, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { distance, openWholeModel, readRecorded } from '../../training/recorded.fixture.ts';
import { openEncoder } from '../encoder.ts';
import { openExported } from '../export/exported-encoder.ts';
import { writeOnnx } from '../export/onnx-folder.ts';
import { readModelFolder } from '../files/model-folder.ts';
import { openTokenizer } from '../tokenizer/tokenizer.ts';

/*
 * Every architecture against what transformers computed for a small random model of it: tests/recorded/architectures/record.py made the figures.
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

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hone-models-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe.each(NAMES)('%s computes what transformers computes', (name) => {
  const folder = `${RECORDED}${name}/model`;
  const figures = async (): Promise<Figures> => JSON.parse(await readFile(`${RECORDED}${name}/figures.json`, 'utf8'));

  it('the tokens and rows of texts', async () => {
    const { pairs, queries, passages, rows } = await figures();
    const texts = [...pairs.map(([query]) => query), ...pairs.map(([, passage]) => passage)];
    const tokenizer = await openTokenizer(folder);
    expect(texts.map((text) => tokenizer.encode(text))).toEqual([...queries, ...passages]);
    const made = await (await openEncoder(folder, { threads: 1 })).embed(texts);
    for (const [i, row] of made.entries())
      expect(distance(row, Float32Array.from(rows[i] as number[]))).toBeLessThan(1e-5);
  });

  it.each([
    ['packed in length groups', { chunks: 1, groups: 4 }],
    ['chunk by chunk, with layers computed again', { chunks: 3, groups: 1, recompute: 9 }],
  ])('the loss and the gradient of every parameter, %s', async (_, layout) => {
    const { queries, passages, scale, loss } = await figures();
    const { parameters, session } = await openWholeModel(await readModelFolder(folder), { loss: { scale }, ...layout });
    expect(await session.gradients({ queries, documents: passages, knownPositives: [] }, 0)).toBeCloseTo(loss, 5);
    const gradients = await readRecorded(`${RECORDED}${name}/gradients.safetensors`);
    expect([...gradients.keys()].sort()).toEqual(parameters.map((parameter) => parameter.name).sort());
    for (const { name: parameter, gradient } of parameters) {
      // The softmax does not see a constant added to all keys: the true gradient is zero, and what is there is rounding.
      if (/(key|k|k_lin)\.bias$/.test(parameter)) expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-5);
      else expect.soft(distance(gradient, gradients.get(parameter) as Float32Array), parameter).toBeLessThan(1e-4);
    }
  });

  it('the same rows by its exported ONNX model, padding or not, and nearly the same in int8', async () => {
    const { pairs, rows } = await figures();
    const texts = [...pairs.map(([query]) => query), ...pairs.map(([, passage]) => passage)];
    const copy = join(scratch, `${name}-onnx`);
    await cp(folder, copy, { recursive: true });
    for (const { path, precision } of await writeOnnx(copy, { int8: true })) {
      const made = await (await openExported(copy, path, { threads: 1 })).embed(texts);
      for (const [i, row] of made.entries())
        expect(distance(row, Float32Array.from(rows[i] as number[]))).toBeLessThan(precision === 'fp32' ? 1e-5 : 0.2);
    }
  });

  it('whichever release of transformers wrote its configuration', async () => {
    const older = `${RECORDED}${name}/config-transformers-4.json`;
    const copy = join(scratch, name);
    await cp(folder, copy, { recursive: true });
    await copyFile(older, join(copy, 'config.json')).catch(() => {});
    const [text] = (await figures()).pairs.map(([, passage]) => passage) as [string];
    const [expected, actual] = await Promise.all([folder, copy].map((at) => openEncoder(at, { threads: 1 })));
    expect(await actual?.embed([text])).toEqual(await expected?.embed([text]));
  });
});
