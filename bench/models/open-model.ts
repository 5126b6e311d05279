import { Fault } from '../../core/contracts/fault.ts';
import { minilm } from './minilm.ts';
import { randomBert } from './random-bert.ts';
import { randomQwen3 } from './random-qwen3.ts';
import { SHAPES, type ShapeName } from './shapes.ts';

/**
 * The folder of a model of the benchmarks.
 * @param name `minilm` or `e5`, with their published weights, or `qwen3-0.6b` or a name in `SHAPES`, with random
 *   weights.
 * @throws Fault `input` if there is no model of this name.
 */
export async function openModel(name: string): Promise<string> {
  if (name === 'minilm') return minilm();
  if (name === 'e5') return multilingualE5();
  if (name === 'qwen3-0.6b') return randomQwen3();
  if (Object.hasOwn(SHAPES, name)) return randomBert(name as ShapeName);
  const names = ['minilm', 'e5', 'qwen3-0.6b', ...Object.keys(SHAPES)].join(', ');
  throw new Fault('input', `The benchmarks have no model ${name}.`, `Choose one of: ${names}.`);
}

/** multilingual-e5-small, from the folder in `HONE_BENCH_E5`. @throws Fault `config` if it is not set. */
function multilingualE5(): string {
  const { HONE_BENCH_E5: folder } = process.env;
  if (folder) return folder;
  throw new Fault(
    'config',
    'HONE_BENCH_E5 is not set.',
    'Set it to a folder with intfloat/multilingual-e5-small (hone model pull intfloat/multilingual-e5-small).',
  );
}
