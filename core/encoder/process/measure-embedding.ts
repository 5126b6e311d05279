import type { EncoderOptions } from '../encoder.ts';
import { openEncoderProcess } from './encoder-process.ts';

/** Texts that are embedded before the measurement, and during it. */
const WARM_UP = 16;
const MEASURED = 64;

/** Measures how many texts a model embeds in a second, over a sample spread evenly over `texts`. */
export async function measureEmbedding(
  folder: string,
  texts: readonly string[],
  options: EncoderOptions & { readonly signal?: AbortSignal | undefined },
): Promise<number> {
  const encoder = await openEncoderProcess(folder, options);
  try {
    await encoder.embed(spread(texts, WARM_UP));
    const sample = spread(texts, MEASURED);
    const started = performance.now();
    await encoder.embed(sample);
    return sample.length / ((performance.now() - started) / 1000);
  } finally {
    await encoder.close();
  }
}

/** At most `count` items at equal distances. */
function spread<T>(items: readonly T[], count: number): T[] {
  const size = Math.min(count, items.length);
  return Array.from({ length: size }, (_, index) => items[Math.floor((index * items.length) / size)] as T);
}
