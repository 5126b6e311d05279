import { Fault } from '../contracts/fault.ts';
import type { EmbedOptions, TextEncoder } from '../contracts/model.ts';
import { dot } from './score-blocks.ts';

/** @throws Fault `quality` if the model gives vectors that are not unit vectors of its own dimension. */
export async function unitRows(
  encoder: TextEncoder,
  texts: readonly string[],
  options: EmbedOptions,
): Promise<Float32Array[]> {
  const vectors = await encoder.embed(texts, options);
  const faulty = texts.findIndex((_text, i) => !isUnit(vectors[i], encoder.dimension));
  if (faulty >= 0) {
    throw new Fault(
      'quality',
      `The model gave no unit vector of ${encoder.dimension} numbers for “${texts[faulty]?.slice(0, 80)}”.`,
      'Its weights may have diverged: train with a lower learning rate, or check the model’s files.',
    );
  }
  return vectors;
}

/** Within what float16 storage and truncated decimals do to a norm of 1; false for NaN. */
function isUnit(vector: Float32Array | undefined, dimension: number): boolean {
  return vector?.length === dimension && Math.abs(dot(vector, vector) - 1) < 0.01;
}
