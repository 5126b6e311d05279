import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TrainingOptions } from '../../core/contracts/training.ts';
import { canonicalJson, sha256 } from '../../core/primitives/hash.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { StoredCheckpoints } from '../../core/training/checkpoints/stored-checkpoints.ts';
import { putJson } from '../runtime/artifacts.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { durableTraining } from './durable-training.ts';
import { resolveModel } from './resolve-model.ts';

const PARTS = ['pumps', 'valves', 'filters', 'seals', 'fans', 'belts', 'gears', 'motors'];
const DATASET = {
  queries: Object.fromEntries(PARTS.map((part, i) => [`q${i}`, `who checks ${part}?`])),
  corpus: Object.fromEntries(PARTS.map((part, i) => [`c${i}`, `the ${part} of hall ${i} are seen to on day ${i}.`])),
  relevant_docs: Object.fromEntries(PARTS.map((_, i) => [`q${i}`, [`c${i}`]])),
  mode: 'text',
};

const folder = temporaryFolder();

// A process and the runtime must start twice, also on a busy machine.
it('a training that ends leaves another one of the same model and data its checkpoints', {
  timeout: 60_000,
}, async () => {
  const contextOf = (scratch: string) => contextIn(folder.path, { scratch: folder.join(scratch) });
  const context = await contextOf('resolve');
  const { output: base } = await resolveModel(context, { model: join(context.base, 'tiny-bert') });
  const dataset = await putJson(context.store, DATASET);
  // With early stopping, so that there are files of the best weights too.
  const options = TrainingOptions.parse({ epochs: 2, batchSize: 4, earlyStopping: { share: 0.25 } });
  const stepOf = (name: string) => ({ name, version: 1, inputs: { dataset: dataset.sha256 }, options });
  const train = async (name: string) => {
    const training = await durableTraining(await contextOf(name), stepOf(name), { base, dataset, options });
    return { training, weights: (await training.run()).sha256 };
  };
  const [trial, whole] = [await train('run-trial'), await train('train')];
  expect(trial.weights).toBe(whole.weights);

  await trial.training.clear();
  const hash = sha256(canonicalJson({ ...stepOf('train'), device: 'cpu' }));
  const left = new StoredCheckpoints(context.store, hash, { run: 'later', attempt: 1 });
  expect(await left.fetch(folder.join('fetched'))).toBeGreaterThan(0);
});
