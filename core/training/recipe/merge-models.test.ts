import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { TrainingOptions } from '../../contracts/training.ts';
import { openEncoder } from '../../encoder/encoder.ts';
import { readModelFolder } from '../../encoder/files/model-folder.ts';
import { ModelWeights } from '../../encoder/files/weights.ts';
import { hashFile } from '../../primitives/hash.ts';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import { train } from '../train.ts';
import { mergeModels } from './merge-models.ts';

const MODEL = new URL('../../../tests/recorded/tiny-bert', import.meta.url).pathname;
const DATASET = {
  queries: { q1: 'who checks pumps?', q2: 'who checks fans?' },
  corpus: { p1: 'the pumps of hall 1 are seen to daily.', p2: 'the fans of hall 2 are seen to weekly.' },
  relevant_docs: { q1: ['p1'], q2: ['p2'] },
};

vi.setConfig({ testTimeout: 60_000 });
const folder = temporaryFolder('file');
let trainings = 0;

async function tuned(options: Partial<TrainingOptions> = {}): Promise<string> {
  const at = folder.join(String(trainings++));
  await mkdir(at);
  await writeFile(join(at, 'train.json'), JSON.stringify(DATASET));
  const job = {
    modelFolder: MODEL,
    dataset: join(at, 'train.json'),
    options: TrainingOptions.parse({ epochs: 10, batchSize: 2, learningRate: 1e-2, ...options }),
    outputFolder: join(at, 'model'),
    checkpointFolder: join(at, 'checkpoint'),
    threads: 1,
  };
  await train(job, { onProgress: () => {}, stopping: () => false });
  return job.outputFolder;
}

async function parameters(model: string): Promise<Map<string, Float32Array>> {
  const { weightsFile, encoder } = await readModelFolder(model);
  const weights = await ModelWeights.open(weightsFile, encoder);
  const values = new Map<string, Float32Array>();
  for (const name of weights.tensors.keys()) values.set(name, await weights.read(name));
  await weights.close();
  return values;
}

describe('a merged model', () => {
  it('has weights between those of the base and the tuned model, and a file for other runtimes', async () => {
    const after = await tuned();
    const target = folder.join('merged');
    const sha256 = await mergeModels(MODEL, after, target, { merge: 0.25 });
    const [a, b, merged] = await Promise.all([MODEL, after, target].map(parameters));
    for (const [name, values] of merged as Map<string, Float32Array>)
      for (const [i, value] of values.entries()) {
        const [from, to] = [a?.get(name)?.[i] as number, b?.get(name)?.[i] as number];
        expect(value).toBeCloseTo(from + 0.25 * (to - from), 5);
      }
    expect(sha256).toBe(await hashFile(join(target, 'model.safetensors')));
    await access(join(target, 'onnx', 'model.onnx'));
  });

  it('is the tuned model if that has the whole share', async () => {
    const after = await tuned();
    expect(await mergeModels(MODEL, after, folder.join('whole'), { merge: 1, onnx: false })).toBe(
      await hashFile(join(after, 'model.safetensors')),
    );
    await expect(access(folder.join('whole', 'onnx'))).rejects.toThrow();
  });

  it('keeps the prompts of the tuned model', async () => {
    const target = folder.join('prompted');
    await mergeModels(MODEL, await tuned({ prompts: { query: 'ask: ' } }), target, { merge: 0.5, onnx: false });
    expect((await readModelFolder(target)).prompts.query).toBe('ask: ');
  });

  it('truncates texts as the tuned model does', async () => {
    for (const options of [{}, { adapter: 'query' as const }]) {
      const target = folder.join('truncating');
      await mergeModels(MODEL, await tuned({ ...options, maxLength: 9 }), target, { merge: 0.5, onnx: false });
      expect((await readModelFolder(target)).maxTokens).toBe(9);
    }
  });

  it('of a query adapter maps questions half as far, and leaves passages as they are', async () => {
    const after = await tuned({ adapter: 'query', epochs: 40 });
    const target = folder.join('adapted');
    await mergeModels(MODEL, after, target, { merge: 0.5, onnx: false });
    const embed = async (model: string, as: 'query' | 'passage') =>
      (await (await openEncoder(model, { threads: 1 })).embed(['who checks pumps?'], { as }))[0] as Float32Array;
    const [from, to, between] = await Promise.all([MODEL, after, target].map((model) => embed(model, 'query')));
    const distance = (a?: Float32Array, b?: Float32Array) =>
      Math.hypot(...(a ?? []).map((value, i) => value - (b?.[i] as number)));
    expect(distance(from, between)).toBeGreaterThan(0);
    expect(distance(from, between)).toBeLessThan(distance(from, to));
    expect(await embed(target, 'passage')).toEqual(await embed(MODEL, 'passage'));
  });
});
