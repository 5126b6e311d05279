import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minilm } from '../../bench/models/minilm.ts';
import { PYTHON } from '../../bench/peers/python.ts';
import { TrainingOptions } from '../../core/contracts/training.ts';
import { openEncoder } from '../../core/encoder/encoder.ts';
import { writeOnnx } from '../../core/encoder/export/onnx-folder.ts';
import { inspectModel } from '../../core/encoder/files/inspect-model.ts';
import { openTokenizer } from '../../core/encoder/tokenizer/tokenizer.ts';
import { runTrainer } from '../../core/training/process/run-trainer.ts';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const MINILM = await minilm();
const ARCHITECTURES = here('../recorded/architectures/');
const OTHERS = (await readdir(ARCHITECTURES, { withFileTypes: true })).filter((entry) => entry.isDirectory());
/** A small model of every architecture, real weights, and any model folder given as HONE_INTEROP_MODEL. */
const MODELS = [
  here('../recorded/tiny-bert'),
  ...OTHERS.map(({ name }) => join(ARCHITECTURES, name, 'model')),
  MINILM,
  ...(process.env.HONE_INTEROP_MODEL?.split(',') ?? []),
];
const TRANSFORMERS_JS = new URL('./embed-with-transformers-js.ts', import.meta.url);
const TEXTS = [
  'When is the press to be oiled?',
  'Every forty hours, and after each change of the die; see the plate on its side for the grade.',
  'A short one.',
  '',
  'Größe, naïve, 中文文本 and 😀',
  'a word '.repeat(200),
];

async function rows(command: string, args: readonly string[], texts: readonly string[]): Promise<number[][]> {
  const peer = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  peer.stdin.end(JSON.stringify(texts));
  return JSON.parse(await text(peer.stdout));
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    Array.from(x).reduce((n, v, i) => n + v * (y[i] ?? Number.NaN), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe.each(MODELS)('a folder tuned from %s', (base) => {
  let folder: string;
  let tuned: string;
  let ours: Float32Array[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hone-interop-'));
    tuned = join(folder, 'tuned');
    const subjects = ['press', 'lathe', 'crane', 'oven', 'pump', 'drill'];
    const dataset = {
      queries: Object.fromEntries(subjects.map((subject, i) => [`q${i}`, `when is the ${subject} seen to?`])),
      corpus: Object.fromEntries(
        subjects.map((subject, i) => [`c${i}`, `The ${subject} is seen to on day ${i} of the month.`]),
      ),
      relevant_docs: Object.fromEntries(subjects.map((_, i) => [`q${i}`, [`c${i}`]])),
      mode: 'text',
    };
    await writeFile(join(folder, 'train.json'), JSON.stringify(dataset));
    await runTrainer(
      {
        modelFolder: base,
        dataset: join(folder, 'train.json'),
        options: TrainingOptions.parse({ epochs: 4, batchSize: 3, learningRate: 1e-4 }),
        outputFolder: tuned,
        checkpointFolder: join(folder, 'checkpoint'),
      },
      { signal: new AbortController().signal, onProgress: () => {} },
    );
    ours = await (await openEncoder(tuned)).embed(TEXTS);
    const before = await (await openEncoder(base)).embed(TEXTS);
    expect(cosine(before[0] ?? [], ours[0] ?? [])).toBeLessThan(1 - 1e-5);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const agree = (theirs: number[][], texts: readonly string[], drift = 1e-5) => {
    expect(theirs).toHaveLength(texts.length);
    for (const [i, row] of theirs.entries())
      expect.soft(cosine(row, ours[TEXTS.indexOf(texts[i] as string)] ?? []), texts[i]).toBeGreaterThan(1 - drift);
  };

  const byTransformersJs = async (dtype: 'fp32' | 'q8', drift?: number) => {
    const { pooling } = await inspectModel(tuned);
    // It cuts long texts in its own way (at the tokenizer's length, without the closing token), so these cannot agree.
    const { count, maxTokens } = await openTokenizer(tuned);
    const texts = TEXTS.filter((text) => count(text) <= maxTokens);
    agree(await rows(process.execPath, [fileURLToPath(TRANSFORMERS_JS), tuned, pooling, dtype], texts), texts, drift);
  };

  it('gives the same rows in sentence-transformers', async () => {
    agree(await rows(PYTHON, [here('embed-with-sentence-transformers.py'), tuned], TEXTS), TEXTS);
  });

  // Its pipeline has no Dense: a reader puts such layers behind the pooled row himself.
  const inTransformersJs = it.skipIf(base.includes('bert-dense'));

  inTransformersJs('gives the same rows in @huggingface/transformers', async () => {
    await byTransformersJs('fp32');
  });

  inTransformersJs(
    'gives the same rows there with its weights in several files, and nearly the same in int8',
    async () => {
      const { size } = await stat(join(tuned, 'onnx', 'model.onnx'));
      await writeOnnx(tuned, { maxBytes: Math.ceil(0.6 * size), int8: true });
      expect(await readdir(join(tuned, 'onnx'))).toContain('model.onnx_data_1');
      await byTransformersJs('fp32');
      await byTransformersJs('q8', 0.05);
    },
  );
});
