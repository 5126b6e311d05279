import { seeded } from '../../primitives/random.ts';
import { floatsInOneMemory, kernelsOf, paddedLength } from '../kernels/kernels.ts';

/**
 * Steps that share a pool of masks. A number takes half a nanosecond to draw, which is then below a thousandth of a
 * step's time.
 */
const STEPS_PER_DRAW = 8;
/** Windows begin at multiples of this many numbers: whole cache lines. */
const ALIGNMENT = 16;
/** Numbers in the pool beyond the largest mask, so that a window of that size has 65,536 places to begin at. */
const SLACK = 1 << 20;

/**
 * Masks of dropout (Srivastava et al. 2014). Invariant: each mask is a function of (seed, step, site) alone, so that a
 * resumed training, and a layer that is computed twice, see the same masks. Drawing a mask for every site would take as
 * long as some layers. Therefore one pool of masks is drawn every eight steps, and the mask of a site is a window of it
 * that begins at a random place, without a copy.
 *
 * Why this is as good as fresh masks: within a mask all elements are independent, so the output of each site has the
 * same mean and variance. Two masks of the same pool overlap, shifted by a random multiple of 16, so an element of one
 * is tied to the element of another token or feature in the other, a different one every time. Two sites drop the same
 * elements only if both windows begin at the same place, which happens for one in 65,536 pairs of masks at most.
 */
export class DropoutMasks {
  readonly #seed: number;
  readonly #length: number;
  readonly #pools = new Map<number, { draw: number; values: Float32Array<ArrayBuffer> }>();

  /** @param largest Elements of the largest mask that will be asked for. The masks depend on it. */
  constructor({ seed, largest }: { seed: number; largest: number }) {
    this.#seed = seed;
    this.#length = paddedLength(largest + SLACK);
  }

  /**
   * @param site Number of the place in the model, unique within a step.
   * @param rate Share of zeros; the other elements are 1 / (1 - rate).
   * @returns A view, valid until a mask of a step with another pool is asked for.
   * @throws RangeError if the mask does not fit the pool.
   */
  at(step: number, site: number, rate: number, length: number): Float32Array<ArrayBuffer> {
    const places = Math.floor((this.#length - length) / ALIGNMENT);
    if (places < 0) throw new RangeError(`a mask of ${length} elements is larger than the largest that was announced`);
    const begin = Math.floor(seeded(this.#seed, step, site)() * (places + 1)) * ALIGNMENT;
    return this.#pool(Math.floor(step / STEPS_PER_DRAW), rate).subarray(begin, begin + length);
  }

  #pool(draw: number, rate: number): Float32Array<ArrayBuffer> {
    const drawn = this.#pools.get(rate);
    if (drawn?.draw === draw) return drawn.values;
    const values = drawn?.values ?? (floatsInOneMemory([this.#length])[0] as Float32Array<ArrayBuffer>);
    const state = Math.floor(seeded(this.#seed, draw)() * 2 ** 32);
    kernelsOf(values).masks(values.byteOffset, this.#length, state, Math.round(rate * 2 ** 32), 1 / (1 - rate));
    this.#pools.set(rate, { draw, values });
    return values;
  }
}
