import { spawn } from 'node:child_process';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { minilm } from '../../bench/models/minilm.ts';
import { PYTHON } from '../../bench/peers/python.ts';
import { TrainingOptions } from '../../core/contracts/training.ts';
import { openEncoder } from '../../core/encoder/encoder.ts';
import { writeOnnx } from '../../core/encoder/export/onnx-folder.ts';
import { inspectModel } from '../../core/encoder/files/inspect-model.ts';
import { saveModel } from '../../core/encoder/files/save-model.ts';
import { openTokenizer } from '../../core/encoder/tokenizer/tokenizer.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { runTrainer } from '../../core/training/process/run-trainer.ts';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const MINILM = await minilm();
const ARCHITECTURES = here('../recorded/architectures/');
const RECORDED = (await readdir(ARCHITECTURES, { withFileTypes: true })).filter((entry) => entry.isDirectory());
/**
 * A small model of each architecture, all-MiniLM-L6-v2, and the folders in `HONE_INTEROP_MODEL`, separated by commas.
 */
const MODELS = [
  here('../recorded/tiny-bert'),
  ...RECORDED.map(({ name }) => join(ARCHITECTURES, name, 'model')),
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

/** Embeds texts with a program that reads them from stdin as JSON. */
async function embedWith(command: string, args: readonly string[], texts: readonly string[]): Promise<number[][]> {
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
  const folder = temporaryFolder('file');
  let tuned: string;
  let ours: Float32Array[];
  beforeAll(async () => {
    tuned = folder.join('tuned');
    const machines = ['press', 'lathe', 'crane', 'oven', 'pump', 'drill'];
    const dataset = {
      queries: Object.fromEntries(machines.map((machine, i) => [`q${i}`, `when is the ${machine} seen to?`])),
      corpus: Object.fromEntries(
        machines.map((machine, i) => [`c${i}`, `The ${machine} is seen to on day ${i} of the month.`]),
      ),
      relevant_docs: Object.fromEntries(machines.map((_, i) => [`q${i}`, [`c${i}`]])),
      mode: 'text',
    };
    await writeFile(folder.join('train.json'), JSON.stringify(dataset));
    await runTrainer(
      {
        modelFolder: base,
        dataset: folder.join('train.json'),
        options: TrainingOptions.parse({ epochs: 4, batchSize: 3, learningRate: 1e-4 }),
        outputFolder: tuned,
        checkpointFolder: folder.join('checkpoint'),
      },
      { signal: new AbortController().signal, onProgress: () => {} },
    );
    ours = await (await openEncoder(tuned)).embed(TEXTS);
    const before = await (await openEncoder(base)).embed(TEXTS);
    expect(cosine(before[0] ?? [], ours[0] ?? [])).toBeLessThan(1 - 1e-5);
  });

  const agree = (theirs: number[][], texts: readonly string[], drift = 1e-5) => {
    expect(theirs).toHaveLength(texts.length);
    for (const [i, text] of texts.entries())
      expect.soft(cosine(theirs[i] ?? [], ours[TEXTS.indexOf(text)] ?? []), text).toBeGreaterThan(1 - drift);
  };

  const byTransformersJs = async (dtype: 'fp32' | 'q8', drift?: number) => {
    const { pooling } = await inspectModel(tuned);
    // It truncates long texts differently (at the tokenizer's length, without the closing token), so these are left
    // out.
    const { count, maxTokens } = await openTokenizer(tuned);
    const texts = TEXTS.filter((text) => count(text) <= maxTokens);
    agree(
      await embedWith(process.execPath, [fileURLToPath(TRANSFORMERS_JS), tuned, pooling, dtype], texts),
      texts,
      drift,
    );
  };

  it('gives the same embeddings in sentence-transformers', async () => {
    agree(await embedWith(PYTHON, [here('embed-with-sentence-transformers.py'), tuned], TEXTS), TEXTS);
  });

  it('truncates texts in sentence-transformers as it was trained to', async () => {
    const short = folder.join('short');
    // Less than what the model was saved with, and more than what the shortest text has.
    await saveModel(tuned, short, { maxLength: 12, onnx: false });
    const [saved, trained] = await Promise.all([openEncoder(short), openEncoder(tuned, { maxLength: 12 })]);
    const theirs = await embedWith(PYTHON, [here('embed-with-sentence-transformers.py'), short], TEXTS);
    for (const embeddings of [await saved.embed(TEXTS), await trained.embed(TEXTS)])
      for (const [i, text] of TEXTS.entries())
        expect.soft(cosine(theirs[i] ?? [], embeddings[i] ?? []), text).toBeGreaterThan(1 - 1e-5);
  });

  // Its pipeline does not apply Dense modules: its users have to apply them to the pooled embedding.
  const inTransformersJs = it.skipIf(base.includes('bert-dense'));

  inTransformersJs('gives the same embeddings in @huggingface/transformers', async () => {
    await byTransformersJs('fp32');
  });

  inTransformersJs(
    'gives the same embeddings there with its weights in several files, and nearly the same in int8',
    async () => {
      const { size } = await stat(join(tuned, 'onnx', 'model.onnx'));
      await writeOnnx(tuned, { maxBytes: Math.ceil(0.6 * size), int8: true });
      expect(await readdir(join(tuned, 'onnx'))).toContain('model.onnx_data_1');
      await byTransformersJs('fp32');
      await byTransformersJs('q8', 0.05);
    },
  );
});
