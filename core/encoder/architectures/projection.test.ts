import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../contracts/fault.ts';
import { TrainingOptions } from '../../contracts/training.ts';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import { readRecorded } from '../../training/recorded.fixture.ts';
import { train } from '../../training/train.ts';
import { openEncoder } from '../encoder.ts';
import { inspectModel } from '../files/inspect-model.ts';

/*
 * architectures.test.ts compares the embeddings and gradients of bert-dense with those of PyTorch.
 */
const MODEL = new URL('../../../tests/recorded/architectures/bert-dense/model', import.meta.url).pathname;
const PICKLED = new URL('../../../tests/recorded/pickled/dense.bin', import.meta.url).pathname;
const scratch = temporaryFolder();
let folder: string;
beforeEach(async () => {
  folder = scratch.join('model');
  await cp(MODEL, folder, { recursive: true });
});

async function edit(file: string, change: Record<string, unknown>): Promise<void> {
  const path = join(folder, file);
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }));
}

async function tune(options: object): Promise<string> {
  const dataset = {
    queries: { q: 'who checks pumps?', r: 'when are seals due?' },
    corpus: { c: 'the pumps of hall 1 are seen to on day 3.', d: 'the seals of hall 2 are seen to on day 6.' },
    relevant_docs: { q: ['c'], r: ['d'] },
    mode: 'text',
  };
  await writeFile(scratch.join('train.json'), JSON.stringify(dataset));
  const job = {
    modelFolder: folder,
    dataset: scratch.join('train.json'),
    options: TrainingOptions.parse({ batchSize: 2, epochs: 3, learningRate: 1e-2, ...options }),
    outputFolder: scratch.join('tuned'),
    checkpointFolder: scratch.join('checkpoint'),
    threads: 1,
  };
  const outcome = await train(job, { onProgress: () => {}, stopping: () => false });
  expect(outcome?.exportDrift).toBeLessThan(1e-6);
  return job.outputFolder;
}

const weightsIn = (at: string, module: string) => readRecorded(join(at, module, 'model.safetensors'));

describe('Dense modules after the pooling', () => {
  it('decide the dimension of the embeddings', async () => {
    expect((await inspectModel(folder)).dimension).toBe(10);
    const [embedding] = await (await openEncoder(folder, { threads: 1 })).embed(['a text']);
    expect(embedding).toHaveLength(10);
  });

  it.each([{}, { miniBatchSize: 2 }, { matryoshka: [10, 4] }])(
    'are trained and saved with the model: %o',
    async (options) => {
      const tuned = await tune(options);
      for (const module of ['', '2_Dense', '3_Dense'])
        expect(await weightsIn(tuned, module), module).not.toEqual(await weightsIn(folder, module));
      expect((await inspectModel(tuned)).dimension).toBe(10);
    },
  );

  it('are not changed by training low-rank adapters', async () => {
    const tuned = await tune({ lora: { rank: 2 } });
    expect(await weightsIn(tuned, '2_Dense')).toEqual(await weightsIn(folder, '2_Dense'));
    expect(await weightsIn(tuned, '')).not.toEqual(await weightsIn(folder, ''));
  });

  it.each<[string, string, Record<string, unknown>, RegExp]>([
    [
      'with another activation',
      '2_Dense/config.json',
      { activation_function: 'torch.nn.modules.activation.Mish' },
      /Mish/,
    ],
    ['with a residual', '2_Dense/config.json', { use_residual: true }, /use_residual/],
    ['over token states', '3_Dense/config.json', { module_input_name: 'token_embeddings' }, /module_input_name/],
    [
      'that do not fit the module before them',
      '3_Dense/config.json',
      { in_features: 16 },
      /in_features to 16.* produces 12/,
    ],
    ['with a wrong width', '3_Dense/config.json', { out_features: 11 }, /linear.weight is \[10, 12\].*\[11, 12\]/],
    ['without their bias', '3_Dense/config.json', { bias: true }, /3_Dense.linear.bias is missing/],
  ])('are rejected %s', async (_, file, change, message) => {
    await edit(file, change);
    const error = await inspectModel(folder).catch((failure) => failure);
    expect(error).toBeInstanceOf(Fault);
    expect(error.message).toMatch(message);
  });

  it('may have pickled weights', async () => {
    const before = await (await openEncoder(folder, { threads: 1 })).embed(['a pump']);
    await rm(join(folder, '2_Dense', 'model.safetensors'));
    await cp(PICKLED, join(folder, '2_Dense', 'pytorch_model.bin'));
    expect(await (await openEncoder(folder, { threads: 1 })).embed(['a pump'])).toEqual(before);
  });

  it('are rejected outside of the folder', async () => {
    const modules = await readFile(join(folder, 'modules.json'), 'utf8');
    await writeFile(join(folder, 'modules.json'), modules.replace('"2_Dense"', '"../2_Dense"'));
    await expect(inspectModel(folder)).rejects.toThrow(/"..\/2_Dense", which is not a folder next to it/);
  });
});
