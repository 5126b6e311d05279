import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import { openEncoder } from '../encoder.ts';
import { readModelFolder } from '../files/model-folder.ts';
import { openTokenizer } from '../tokenizer/tokenizer.ts';
import { exportOnnx } from './export-onnx.ts';

const MODEL = new URL('../../../tests/recorded/tiny-bert', import.meta.url).pathname;
const scratch = temporaryFolder();

describe('the exported ONNX model', () => {
  it('gives the embeddings of the encoder after pooling by its mask, with and without padding', async () => {
    const target = scratch.join('onnx', 'model.onnx');
    await exportOnnx(await readModelFolder(MODEL), target);
    const session = await InferenceSession.create(target, { logSeverityLevel: 3 });
    expect(session.inputNames).toEqual(['input_ids', 'attention_mask', 'token_type_ids']);
    expect(session.outputNames).toEqual(['last_hidden_state']);

    const texts = ['one', 'a rather longer text than the first', ''];
    const tokenizer = await openTokenizer(MODEL);
    const ids = texts.map((text) => tokenizer.encode(text));
    const length = Math.max(...ids.map((row) => row.length)) + 3;
    const int64 = (at: (row: number[], i: number) => number) =>
      new Tensor(
        'int64',
        BigInt64Array.from(ids.flatMap((row) => Array.from({ length }, (_, i) => BigInt(at(row, i))))),
        [ids.length, length],
      );
    const { last_hidden_state: states } = await session.run({
      input_ids: int64((row, i) => row[i] ?? 0),
      attention_mask: int64((row, i) => Number(i < row.length)),
      token_type_ids: int64(() => 0),
    });
    expect(states?.dims).toEqual([3, length, 16]);

    const data = states?.data as Float32Array;
    const expected = await (await openEncoder(MODEL)).embed(texts);
    for (const [t, row] of ids.entries()) {
      const pooled = Array.from({ length: 16 }, (_, k) =>
        row.reduce((n, _, i) => n + (data[(t * length + i) * 16 + k] as number), 0),
      );
      const size = Math.hypot(...pooled);
      for (const [k, x] of pooled.entries()) expect(x / size).toBeCloseTo(expected[t]?.[k] as number, 5);
    }
  });
});
