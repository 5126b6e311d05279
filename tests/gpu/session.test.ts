import { expect, it } from 'vitest';
import type { TrainingOptions } from '../../core/contracts/training.ts';
import { readModelFolder } from '../../core/encoder/files/model-folder.ts';
import { TrainedVocabulary } from '../../core/training/data/trained-vocabulary.ts';
import { readTrained } from '../../core/training/optimizer/trained-parameters.ts';
import { openTrainingSession, type SessionOptions } from '../../core/training/session/training-session.ts';
import { DEVICE } from './trainable.ts';

const model = await readModelFolder(new URL('../recorded/tiny-bert', import.meta.url).pathname);
const vocabulary = new TrainedVocabulary([Array.from({ length: 70 }, (_, id) => id)]);
const text = (i: number) => Array.from({ length: 4 + (i % 5) }, (_, at) => (i * 31 + at * 13) % 70);
const batch = {
  queries: [0, 1, 2, 3].map(text),
  documents: [4, 5, 6, 7, 8, 9].map(text),
  knownPositives: [[1, 2]] as const,
};
const EVERY_TERM = {
  scale: 20,
  symmetric: true,
  falseNegativeMargin: 0.05,
  matryoshka: [16, 8].map((width) => ({ width, weight: 1 })),
};

/**
 * One step of two batches.
 * @returns their losses, the norm, and the first moments, which are proportional to the gradients.
 */
async function step(device: 'cpu' | typeof DEVICE, session: Partial<SessionOptions>, parts: Partial<TrainingOptions>) {
  const { encoder, trained, frozen } = await readTrained(model, vocabulary, { seed: 3, ...parts });
  const options = { loss: EVERY_TERM, plan: [batch].map((b) => [...b.queries, ...b.documents].map((t) => t.length)) };
  const opened = await openTrainingSession({ ...model, encoder }, [...trained, ...frozen], {
    ...{ ...options, seed: 1, dropout: 0.1, threads: 1, device },
    ...session,
  });
  const losses = [await opened.gradients(batch, 0, 0.25), await opened.gradients(batch, 0, 0.75)];
  const norm = await opened.update({ step: 1, learningRate: 1e-3, weightDecay: 0, maxGradientNorm: 1e9 });
  const moments = new Map((await opened.read()).map(({ name, first }) => [name, first.slice()]));
  await opened.close();
  return { losses, norm, moments };
}

it.each<[string, Partial<SessionOptions>, Partial<TrainingOptions>]>([
  ['every term of the loss', {}, {}],
  ['mini-batches', { miniBatchSize: 4 }, {}],
  ['frozen parameters', {}, { freeze: { embeddings: true, layers: 1 } }],
  ['LoRA', { miniBatchSize: 4 }, { lora: { rank: 2, alpha: 4 } }],
])(`a step on ${DEVICE} equals that on the CPU: %s`, async (_, session, parts) => {
  const [expected, actual] = [await step('cpu', session, parts), await step(DEVICE, session, parts)];
  for (const [i, loss] of expected.losses.entries()) expect(actual.losses[i]).toBeCloseTo(loss, 4);
  expect(actual.norm / expected.norm).toBeCloseTo(1, 3);
  expect([...actual.moments.keys()]).toEqual([...expected.moments.keys()]);
  for (const [name, moment] of expected.moments) {
    // The true gradient of these is zero; that of A is zero as long as B is.
    if (/key\.bias$|lora_A/.test(name)) continue;
    const scale = moment.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const found = actual.moments.get(name);
    const distance = moment.reduce((most, x, i) => Math.max(most, Math.abs(x - (found?.[i] ?? Number.NaN))), 0);
    expect.soft(distance / scale, name).toBeLessThan(1e-3);
  }
});
