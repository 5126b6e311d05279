import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { adamW, BETA1, BETA2, decay } from '../optimizer/adamw.ts';
import { allocateParameters, type Parameter } from '../optimizer/parameters.ts';
import { normGraph, updateGraph } from './resident-graphs.ts';

const wave = (n: number, phase: number) => Float32Array.from({ length: n }, (_, i) => Math.sin(3 * i + phase));
const tensor = (values: Float32Array) => new Tensor('float32', values, [values.length]);
const scalar = (value: number) => new Tensor('float32', Float32Array.of(value), []);

it('the update graph takes the same steps as adamw.ts', async () => {
  const session = await InferenceSession.create(updateGraph());
  const [parameter] = allocateParameters(new Map([['matrix', [5, 4]]])) as [Parameter];
  parameter.weights.set(wave(20, 0));
  const zeros = () => tensor(new Float32Array(20));
  let state: Record<string, Tensor> = { weights: tensor(wave(20, 0)), first: zeros(), second: zeros() };
  for (let step = 1; step <= 5; step++) {
    const gradient = wave(20, step);
    const options = { step, learningRate: 0.01, weightDecay: 0.1, maxGradientNorm: 1 };
    parameter.gradient.set(gradient);
    const norm = adamW([parameter], options);
    const { nextWeights, nextFirst, nextSecond } = await session.run({
      ...state,
      gradient: tensor(gradient),
      scale: scalar(1 / norm),
      rate: scalar(options.learningRate / (1 - BETA1 ** step)),
      correction: scalar(1 / Math.sqrt(1 - BETA2 ** step)),
      kept: scalar(decay(parameter, options.learningRate, options.weightDecay)),
    });
    state = { weights: nextWeights as Tensor, first: nextFirst as Tensor, second: nextSecond as Tensor };
  }
  for (const name of ['weights', 'first', 'second'] as const)
    for (const [i, expected] of parameter[name].entries()) expect(state[name]?.data[i]).toBeCloseTo(expected, 5);
});

it('the norm graph computes the norm over all gradients', async () => {
  const names = Array.from({ length: 40 }, (_, i) => `gradient ${i}`);
  const session = await InferenceSession.create(normGraph(names));
  const values = names.map((_, i) => wave(i + 1, i));
  const feeds = Object.fromEntries(names.map((name, i) => [name, tensor(values[i] as Float32Array)]));
  const squares = values.flatMap((some) => [...some]).reduce((n, x) => n + x * x, 0);
  expect((await session.run(feeds)).norm?.data[0]).toBeCloseTo(Math.sqrt(squares), 4);
});
