import { seeded } from '../../primitives/random.ts';
import { floatsInOneMemory, kernelsOf, paddedLength } from '../kernels/kernels.ts';

/** Steps after which the numbers are drawn anew: at half a nanosecond a number, less than a thousandth of the steps' time. */
const STEPS_A_DRAW = 8;
/** Windows begin at multiples of this many numbers: whole cache lines. */
const ALIGNMENT = 16;
/** Beginnings a window of the largest mask can choose from, times `ALIGNMENT`. */
const SLACK = 1 << 20;

/**
 * Dropout's masks (Srivastava et al. 2014), each a function of (seed, step, site) alone, so that a resumed training, and a layer computed twice,
 * see the same ones. Drawing a mask for every site would cost as much as some layers. Instead one pool of masks is drawn every eight steps, and a
 * site's mask is a window of it that begins at a random place: no work and no copy.
 *
 * Why that is as good: within a mask all elements are independent, so each site's output has the mean and the variance that it has with fresh
 * masks. Two masks of the same draw share most of the pool, shifted by a random multiple of 16: they tie an element to another token's or
 * feature's, a different one every time. Only where both begin at the same place, once in 65,536 pairs or less, do two sites drop alike.
 */
export class DropoutMasks {
  readonly #seed: number;
  readonly #length: number;
  readonly #pools = new Map<number, { draw: number; values: Float32Array<ArrayBuffer> }>();

  /** @param largest Most elements of any mask that will be asked for; the masks depend on it. */
  constructor({ seed, largest }: { seed: number; largest: number }) {
    this.#seed = seed;
    this.#length = paddedLength(largest + SLACK);
  }

  /**
   * @param site Number of the place in the model; no two places of a step may share one.
   * @param rate Share of zeros; what is kept is scaled by 1 / (1 - rate).
   * @returns A view, valid until a mask of a step that is not in the same eight is asked for.
   */
  at(step: number, site: number, rate: number, length: number): Float32Array<ArrayBuffer> {
    const places = Math.floor((this.#length - length) / ALIGNMENT);
    if (places < 0) throw new RangeError(`a mask of ${length} elements is larger than was foreseen`);
    const begin = Math.floor(seeded(this.#seed, step, site)() * (places + 1)) * ALIGNMENT;
    return this.#pool(Math.floor(step / STEPS_A_DRAW), rate).subarray(begin, begin + length);
  }

  #pool(draw: number, rate: number): Float32Array<ArrayBuffer> {
    const known = this.#pools.get(rate);
    if (known?.draw === draw) return known.values;
    const values = known?.values ?? (floatsInOneMemory([this.#length])[0] as Float32Array<ArrayBuffer>);
    const state = Math.floor(seeded(this.#seed, draw)() * 2 ** 32);
    kernelsOf(values).masks(values.byteOffset, this.#length, state, Math.round(rate * 2 ** 32), 1 / (1 - rate));
    this.#pools.set(rate, { draw, values });
    return values;
  }
}
