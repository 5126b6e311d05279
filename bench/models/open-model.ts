import { Fault } from '../../core/contracts/fault.ts';
import { minilm } from './minilm.ts';
import { randomBert } from './random-bert.ts';
import { SHAPES, type ShapeName } from './shapes.ts';

/**
 * The folder of a model of the benchmarks.
 * @param name `minilm`, with its published weights, or a name in `SHAPES`, with random weights.
 * @throws Fault `input` if there is no model of this name.
 */
export async function openModel(name: string): Promise<string> {
  if (name === 'minilm') return minilm();
  if (Object.hasOwn(SHAPES, name)) return randomBert(name as ShapeName);
  const names = ['minilm', ...Object.keys(SHAPES)].join(', ');
  throw new Fault('input', `The benchmarks have no model ${name}.`, `Choose one of: ${names}.`);
}
