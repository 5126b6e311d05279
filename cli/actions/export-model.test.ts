import { cp, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExportModelOptions, exportModel } from './export-model.ts';

const MODEL = new URL('../../tests/recorded/tiny-bert', import.meta.url).pathname;
let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hone-export-'));
  await cp(MODEL, join(cwd, 'model'), { recursive: true });
  await writeFile(join(cwd, 'texts.txt'), 'one text\n\nanother text\r\n一段中文\n');
});
afterAll(() => rm(cwd, { recursive: true }));

async function answer(options: ExportModelOptions): Promise<string> {
  let written = '';
  const terminal = {
    line: (text: string) => {
      written += `${text}\n`;
    },
    live: false,
    columns: 80,
    style: (_: unknown, text: string) => text,
  };
  expect(await exportModel('model', options, { out: terminal, err: terminal, cwd, exitCode: 0 })).toBe(0);
  return written;
}

describe('hone model export', () => {
  it('says how large the files are, and how far their rows lie from the model’s', async () => {
    const [head, float, int8, note] = (await answer({ int8: true })).split('\n');
    expect(head).toMatch(/^file +size +lowest cosine +mean cosine +same nearest$/);
    expect(float).toMatch(/^onnx\/model\.onnx +0\.0 MB +1\.000000 +1\.000000 +100 %$/);
    expect(int8).toMatch(/^onnx\/model_quantized\.onnx +0\.0 MB +0\.9\d{5} +0\.9\d{5} +\d+ %$/);
    expect(note).toBe('Cosines are with the rows of model.safetensors, over 16 texts.');
  });

  it('compares over the texts given, and tells programs all of it', async () => {
    const told = JSON.parse(await answer({ texts: 'texts.txt', json: true }));
    const path = join(cwd, 'model', 'onnx', 'model.onnx');
    expect(told).toEqual({
      folder: join(cwd, 'model'),
      files: [
        {
          precision: 'fp32',
          path: 'onnx/model.onnx',
          bytes: (await stat(path)).size,
          drift: { texts: 3, minCosine: expect.closeTo(1), meanCosine: expect.closeTo(1), sameNearest: 1 },
        },
      ],
    });
  });

  it('refuses texts that are not there, or too few', async () => {
    await writeFile(join(cwd, 'one.txt'), 'alone\n');
    await expect(answer({ texts: 'none.txt' })).rejects.toThrow('none.txt cannot be read');
    await expect(answer({ texts: 'one.txt' })).rejects.toThrow('one.txt has fewer than two texts');
  });
});
