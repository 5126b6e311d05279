import { cp, stat, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { recordingIo } from '../runtime/io.fixture.ts';
import { type ExportModelOptions, exportModel } from './export-model.ts';

const MODEL = new URL('../../tests/recorded/tiny-bert', import.meta.url).pathname;
const cwd = temporaryFolder('file');
beforeAll(async () => {
  await cp(MODEL, cwd.join('model'), { recursive: true });
  await writeFile(cwd.join('texts.txt'), 'one text\n\nanother text\r\n一段中文\n');
});

/** Runs `hone model export model`, which has to succeed. @returns the lines on stdout. */
async function exported(options: ExportModelOptions): Promise<string[]> {
  const io = recordingIo(cwd.path);
  expect(await exportModel('model', options, io)).toBe(0);
  expect(io.err.lines).toEqual([]);
  return io.out.lines;
}

describe('hone model export', () => {
  it('prints the size of the files and how far their embeddings differ from the model’s', async () => {
    const [head, float, int8, note] = await exported({ int8: true });
    expect(head).toMatch(/^file +size +lowest cosine +mean cosine +same nearest$/);
    expect(float).toMatch(/^onnx\/model\.onnx +0\.0 MB +1\.000000 +1\.000000 +100 %$/);
    expect(int8).toMatch(/^onnx\/model_quantized\.onnx +0\.0 MB +0\.9\d{5} +0\.9\d{5} +\d+ %$/);
    expect(note).toBe('Cosines compare with the embeddings of model.safetensors, over 16 texts.');
  });

  it('compares over the given texts, and prints JSON', async () => {
    const [json = ''] = await exported({ texts: 'texts.txt', json: true });
    expect(JSON.parse(json)).toEqual({
      folder: cwd.join('model'),
      files: [
        {
          precision: 'fp32',
          path: 'onnx/model.onnx',
          bytes: (await stat(cwd.join('model', 'onnx', 'model.onnx'))).size,
          drift: { texts: 3, minCosine: expect.closeTo(1), meanCosine: expect.closeTo(1), sameNearest: 1 },
        },
      ],
    });
  });

  it('refuses a file of texts that does not exist or has too few', async () => {
    await writeFile(cwd.join('one.txt'), 'alone\n');
    await expect(exported({ texts: 'none.txt' })).rejects.toThrow('none.txt cannot be read');
    await expect(exported({ texts: 'one.txt' })).rejects.toThrow('one.txt has fewer than two texts');
  });
});
