import { describe, expect, it } from 'vitest';
import { Fault } from '../../contracts/fault.ts';
import type { TrainingOptions } from '../../contracts/training.ts';
import { readModelFolder } from '../../encoder/files/model-folder.ts';
import { seeded } from '../../primitives/random.ts';
import { TrainedVocabulary } from '../data/trained-vocabulary.ts';
import { distance } from '../recorded.fixture.ts';
import { openTrainingSession } from '../session/training-session.ts';
import { type Lora, mergeAdapter, withAdapters } from './lora.ts';
import type { Parameter } from './parameters.ts';
import { readTrained } from './trained-parameters.ts';

const MODEL = new URL('../../../tests/recorded/tiny-bert', import.meta.url).pathname;
const model = await readModelFolder(MODEL);
const text = (i: number) => Array.from({ length: 4 + (i % 5) }, (_, at) => (i * 31 + at * 13) % 70);
const batch = { queries: [0, 1, 2, 3].map(text), documents: [4, 5, 6, 7, 8].map(text), knownPositives: [] };
const vocabulary = new TrainedVocabulary([Array.from({ length: 70 }, (_, id) => id)]);

/** Loss and gradients of the model with these options, after `change` has been applied to the trained parameters. */
async function run(
  options: Pick<Partial<TrainingOptions>, 'freeze' | 'lora'>,
  change: (all: Parameter[]) => void = () => {},
) {
  const { encoder, trained, frozen } = await readTrained(model, vocabulary, { seed: 3, ...options });
  change([...trained]);
  const session = await openTrainingSession({ ...model, encoder }, [...trained, ...frozen], {
    loss: { scale: 20 },
    plan: [],
    dropout: 0,
    seed: 1,
    threads: 1,
  });
  const loss = await session.gradients(batch, 0);
  await session.close();
  return { loss, trained: new Map(trained.map((parameter) => [parameter.name, parameter])) };
}

const lora: Lora = { rank: 3, alpha: 6 };
/** Random weights: B starts at zero, and then the gradient of A is zero as well. */
const randomise = (all: Parameter[]) => {
  const random = seeded(9);
  for (const { weights } of all) for (let i = 0; i < weights.length; i++) weights[i] = 0.2 * (random() - 0.5);
};

describe('low-rank adapters', () => {
  it('change no output at the start, and are all that is trained', async () => {
    const { loss, trained } = await run({ lora });
    expect(loss).toBeCloseTo((await run({})).loss, 6);
    expect([...trained.keys()].every((name) => /\.lora_[AB]\.weight$/.test(name))).toBe(true);
    expect(trained.size).toBe(2 * 6 * model.encoder.layers);
    expect(trained.get('encoder.layer.1.output.dense.lora_A.weight')?.shape).toEqual([3, 32]);
    expect(trained.get('encoder.layer.1.output.dense.lora_B.weight')?.shape).toEqual([16, 3]);
  });

  it('have the loss of the merged model, and its gradients by the chain rule', async () => {
    const { loss, trained } = await run({ lora }, randomise);
    const whole = await run({}, (all) => {
      for (const { name, weights } of all) {
        const down = trained.get(name.replace('.weight', '.lora_A.weight'));
        const up = trained.get(name.replace('.weight', '.lora_B.weight'));
        if (down && up) weights.set(mergeAdapter(weights, down.weights, up.weights, lora));
      }
    });
    expect(whole.loss).toBeCloseTo(loss, 5);
    for (const [name, { shape, weights: A, gradient }] of trained) {
      if (!name.endsWith('lora_A.weight')) continue;
      const [rank, inputs] = shape as [number, number];
      const { weights: B, gradient: upGradient } = trained.get(name.replace('lora_A', 'lora_B')) as Parameter;
      const dW = whole.trained.get(name.replace('.lora_A', ''))?.gradient as Float32Array;
      const factor = lora.alpha / rank;
      const sum = (n: number, term: (i: number) => number) => {
        let total = 0;
        for (let i = 0; i < n; i++) total += term(i);
        return factor * total;
      };
      const out = B.length / rank;
      const dA = gradient.map((_, at) => {
        const [r, i] = [Math.floor(at / inputs), at % inputs];
        return sum(out, (o) => (B[o * rank + r] as number) * (dW[o * inputs + i] as number));
      });
      const dB = upGradient.map((_, at) => {
        const [o, r] = [Math.floor(at / rank), at % rank];
        return sum(inputs, (i) => (dW[o * inputs + i] as number) * (A[r * inputs + i] as number));
      });
      expect.soft(distance(gradient, dA), name).toBeLessThan(1e-4);
      expect.soft(distance(upGradient, dB), name).toBeLessThan(1e-4);
    }
  });

  it('are added to the layers whose names end in a target, as in PEFT', () => {
    const { parameters, adapterScale } = withAdapters(model.encoder, {
      rank: 2,
      alpha: 8,
      targets: ['query', 'output.dense'],
    });
    const adapted = [...parameters.keys()].filter((name) => name.includes('layer.0') && name.endsWith('lora_A.weight'));
    expect(adapted).toEqual([
      'encoder.layer.0.attention.self.query.lora_A.weight',
      'encoder.layer.0.attention.output.dense.lora_A.weight',
      'encoder.layer.0.output.dense.lora_A.weight',
    ]);
    expect(adapterScale).toBe(4);
  });

  it('are refused if no layer has the name of a target', () => {
    const adapt = () => withAdapters(model.encoder, { rank: 2, alpha: 8, targets: ['q_proj'] });
    expect(adapt).toThrow(Fault);
    expect(adapt).toThrow(/lora.targets names q_proj/);
  });
});

describe('frozen parameters', () => {
  it('have no gradient, and the gradients of the others do not change', async () => {
    const [whole, part] = [await run({}), await run({ freeze: { embeddings: true, layers: 1 } })];
    expect(part.loss).toBe(whole.loss);
    expect([...part.trained.keys()].every((name) => name.startsWith('encoder.layer.1.'))).toBe(true);
    expect(part.trained.size).toBe(16);
    for (const [name, { gradient }] of part.trained)
      if (!name.endsWith('key.bias'))
        expect.soft(distance(gradient, whole.trained.get(name)?.gradient as Float32Array), name).toBeLessThan(1e-5);
  });

  it.each([
    [{ layers: 3 }, /freeze.layers is 3, but the model has 2 layers\./],
    [{ layers: 2, embeddings: true }, /nothing is left to train/],
  ])('are refused with %j', async (freeze, message) => {
    await expect(run({ freeze })).rejects.toThrow(message);
  });
});
