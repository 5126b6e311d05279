import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import { openEncoder } from '../encoder.ts';
import { openExported } from './exported-encoder.ts';
import { drift, measureDrift } from './measure-drift.ts';
import { writeOnnx } from './onnx-folder.ts';
import { SAMPLE_TEXTS } from './sample-texts.ts';

const MODEL = new URL('../../../tests/recorded/tiny-bert', import.meta.url).pathname;
const THREADS = { threads: 1 };
const folder = temporaryFolder();
beforeEach(() => cp(MODEL, folder.path, { recursive: true }));

const onnxFiles = async () => (await readdir(folder.join('onnx'))).sort();
const config = async () => JSON.parse(await readFile(folder.join('config.json'), 'utf8'));

describe('the ONNX files of a model folder', () => {
  it('give the embeddings of its weights, approximately in int8', async () => {
    const files = await writeOnnx(folder.path, { int8: true });
    expect(files.map(({ precision, path }) => [precision, path])).toEqual([
      ['fp32', 'onnx/model.onnx'],
      ['int8', 'onnx/model_quantized.onnx'],
    ]);
    for (const { path, bytes } of files) expect((await stat(folder.join(path))).size).toBe(bytes);
    const paths = files.map(({ path }) => path);
    const [float, int8] = await measureDrift(folder.path, paths, SAMPLE_TEXTS, THREADS);
    expect(float?.minCosine).toBeGreaterThan(1 - 1e-9);
    expect(int8?.minCosine).toBeGreaterThan(0.999);
    expect(int8?.minCosine).toBeLessThan(1 - 1e-6);
  });

  it('are added without changing other files of the folder', async () => {
    const before = await readdir(folder.path);
    const text = await readFile(folder.join('config.json'), 'utf8');
    await writeOnnx(folder.path);
    expect((await readdir(folder.path)).sort()).toEqual([...before, 'onnx'].sort());
    expect(await onnxFiles()).toEqual(['model.onnx']);
    expect(await readFile(folder.join('config.json'), 'utf8')).toBe(text);
  });

  it('keep their weights in files beside them if they would be too large, and declare these for transformers.js', async () => {
    await writeOnnx(folder.path, { maxBytes: 12_000 });
    const beside = (await onnxFiles()).filter((name) => name !== 'model.onnx');
    expect(beside.slice(0, 3)).toEqual(['model.onnx_data', 'model.onnx_data_1', 'model.onnx_data_2']);
    for (const name of beside) expect((await stat(folder.join('onnx', name))).size).toBeLessThanOrEqual(12_000);
    expect((await config())['transformers.js_config']).toEqual({
      use_external_data_format: { 'model.onnx': beside.length },
    });
    const expected = await (await openEncoder(folder.path, THREADS)).embed(SAMPLE_TEXTS);
    const exported = await (await openExported(folder.path, 'onnx/model.onnx', THREADS)).embed(SAMPLE_TEXTS);
    expect(drift(expected, exported).minCosine).toBeGreaterThan(1 - 1e-9);
  });

  it('replace those of an earlier export and their weight files, but no other files', async () => {
    await writeOnnx(folder.path, { maxBytes: 12_000 });
    await writeFile(folder.join('onnx', 'model_fp16.onnx'), 'not written by Hone');
    await writeOnnx(folder.path);
    expect(await onnxFiles()).toEqual(['model.onnx', 'model_fp16.onnx']);
    expect((await config())['transformers.js_config']).toEqual({ use_external_data_format: {} });
  });
});
