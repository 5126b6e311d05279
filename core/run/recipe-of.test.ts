import { describe, expect, it } from 'vitest';
import { RunInput } from '../contracts/run-input.ts';
import { candidatesOf, recipeOf } from './recipe-of.ts';

const request = (training: object) => recipeOf(RunInput.parse({ documents: ['/docs'], training }).training);

describe('a recipe', () => {
  it('chooses scale, learning rate and merge unless told otherwise', () => {
    expect(request({})).toMatchObject({ scale: 'auto', learningRate: 'auto', merge: 'auto' });
    expect(candidatesOf(request({}))).toMatchObject({ open: true, learningRates: [2e-5, 5e-5, 1e-4] });
  });

  it('llama-index trains as llama-index does', () => {
    const fixed = request({ recipe: 'llama-index' });
    expect(fixed).toMatchObject({ scale: 20, learningRate: 2e-5, merge: 1, fixed: { epochs: 2, batchSize: 10 } });
    expect(candidatesOf(fixed).open).toBe(false);
  });

  it('keeps what is given', () => {
    expect(request({ scale: 33 })).toMatchObject({ scale: 33, learningRate: 'auto' });
    expect(request({ recipe: 'llama-index', scale: 'auto' })).toMatchObject({ scale: 'auto', learningRate: 2e-5 });
    expect(candidatesOf(request({ learningRate: 3e-5, merge: 'auto' }))).toMatchObject({
      learningRates: [3e-5],
      open: true,
    });
  });

  it('tries nothing if the learning rate is given', () => {
    const given = request({ learningRate: 3e-5 });
    expect(given).toMatchObject({ scale: 'auto', learningRate: 3e-5, merge: 1 });
    expect(candidatesOf(given).open).toBe(false);
  });

  it('tries higher rates where few weights are trained', () => {
    expect(candidatesOf(request({ lora: {} })).learningRates).toEqual([2e-4, 5e-4, 1e-3]);
    expect(candidatesOf(request({ adapter: 'query' })).learningRates).toEqual([1e-3, 2e-3, 5e-3]);
  });

  it('passes everything else on', () => {
    expect(request({ lora: { rank: 4 }, seed: 7 }).fixed).toMatchObject({ lora: { rank: 4, alpha: 8 }, seed: 7 });
    expect(request({}).fixed).not.toHaveProperty('recipe');
  });
});
