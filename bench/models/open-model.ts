import { Fault } from '../../core/contracts/fault.ts';
import { minilm } from './minilm.ts';
import { randomBert } from './random-bert.ts';
import { SHAPES, type ShapeName } from './shapes.ts';

/**
 * The folder of a model by the name the benchmarks give it: `minilm` with its real weights, or a shape with random ones.
 * @throws Fault `input` if there is no such name.
 */
export async function openModel(name: string): Promise<string> {
  if (name === 'minilm') return minilm();
  if (Object.hasOwn(SHAPES, name)) return randomBert(name as ShapeName);
  const known = ['minilm', ...Object.keys(SHAPES)].join(', ');
  throw new Fault('input', `There is no model ${name} to measure.`, `Choose one of: ${known}.`);
}
