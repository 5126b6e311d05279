import { driftOf, EXACT, mean } from './drift.ts';
import { isBetter } from './explain.ts';
import type { Reference } from './reference.ts';
import type { Sample } from './samples.ts';
import type { Variant } from './variant.ts';

/** Lengths that people and servers set. */
const USUAL = [32, 64, 96, 100, 128, 200, 256, 300, 384, 400, 500, 512, 768, 1000, 1024, 1536, 2000, 2048];
/** Lengths tried at once, at equal distances, before those around the nearest. */
const STEPS = 48;
/** How many of the nearest lengths others are tried around. */
const NARROWED = 2;
/** Two special tokens, and one of the text. */
const SHORTEST = 3;

/** The length to which a server truncates texts, and what drift it leaves. */
export interface FoundLength {
  readonly maxLength: number;
  readonly drifts: readonly number[];
}

export interface FindLengthOptions {
  /** The largest length that the model has positions for. */
  readonly most: number;
  /** Lengths to try first. */
  readonly hints: readonly number[];
  /** Mean drift at which a length is found: that of texts which are not truncated. */
  readonly near: number;
}

/**
 * Finds the length to which texts seem to be truncated, if the vectors fit much better at another one than at the
 * variant's own. Vectors come nearer as the length does, so the distance between the lengths is narrowed around the
 * nearest ones.
 * @param samples Texts longer than the length that is looked for.
 */
export async function findLength(
  reference: Reference,
  variant: Variant,
  samples: readonly Sample[],
  served: readonly Float32Array[],
  { most, hints, near }: FindLengthOptions,
): Promise<FoundLength | undefined> {
  const at = async (maxLength: number): Promise<FoundLength> => {
    const vectors = await reference.embed(samples, { ...variant, maxLength });
    return { maxLength, drifts: vectors.map((vector, i) => driftOf(vector, served[i])) };
  };
  const own = await at(variant.maxLength);
  const found = new Map([[own.maxLength, own]]);
  const ranked = () => [...found.values()].sort((a, b) => mean(a.drifts) - mean(b.drifts));
  const isFound = () => mean(ranked()[0]?.drifts ?? []) <= Math.max(EXACT, near);
  const tryAll = async (lengths: readonly number[]) => {
    for (const length of new Set(lengths.map(Math.round)))
      if (length >= SHORTEST && length <= most && !found.has(length)) found.set(length, await at(length));
  };

  await tryAll(hints);
  if (!isFound()) await tryAll(USUAL);
  let step = Math.max(1, most / STEPS);
  if (!isFound()) await tryAll(Array.from({ length: Math.ceil(most / step) }, (_, i) => (i + 1) * step));
  while (!isFound() && step > 1) {
    const next = Math.max(1, (2 * step) / STEPS);
    const around = ranked().slice(0, NARROWED);
    const count = Math.ceil((2 * step) / next) + 1;
    for (const { maxLength } of around)
      await tryAll(Array.from({ length: count }, (_, i) => maxLength - step + i * next));
    step = next;
  }
  const [nearest] = ranked();
  return nearest && nearest !== own && isBetter(nearest.drifts, own.drifts) ? nearest : undefined;
}
