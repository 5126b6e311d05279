import { expect, it } from 'vitest';
import { readEncoder } from '../../../core/encoder/architectures/index.ts';
import { allocateParameters } from '../../../core/training/optimizer/parameters.ts';
import { openTrainingSession } from '../../../core/training/session/training-session.ts';
import { averaging } from './averaging.ts';

const CONFIG = { model_type: 'averaging', vocab_size: 6, width: 8, depth: 2, longest: 16 };
/** Each question shares a word with its passage. */
const BATCH = {
  queries: [[0], [1], [2]],
  documents: [
    [0, 3],
    [1, 4, 4],
    [2, 5],
  ],
  knownPositives: [],
};
const PLAN = [[...BATCH.queries, ...BATCH.documents].map(({ length }) => length)];

it('an averaging model learns which passage answers which question', async () => {
  const encoder = readEncoder(CONFIG, 'config.json', [averaging]);
  const parameters = allocateParameters(encoder.parameters);
  for (const { weights } of parameters) weights.set(weights.map((_, i) => Math.sin(7 * i) / 4));
  const session = await openTrainingSession({ encoder, pooling: 'mean' }, parameters, {
    ...{ loss: { scale: 20, symmetric: false }, plan: PLAN, seed: 1, threads: 1 },
  });
  const losses: number[] = [];
  for (let step = 0; step < 40; step++) {
    losses.push(await session.gradients(BATCH, step));
    await session.update({ step: step + 1, learningRate: 0.02, weightDecay: 0, maxGradientNorm: 1 });
  }
  expect(losses.at(-1)).toBeLessThan(0.05 * (losses[0] as number));
});
