import type { EncoderOptions } from '../encoder.ts';
import { openEncoderProcess } from './encoder-process.ts';

/** Texts embedded before the clock runs, and those it runs for. */
const WARM_UP = 16;
const MEASURED = 64;

/** Texts a second that a model embeds, by some spread evenly over those given. */
export async function measureEmbedding(
  folder: string,
  texts: readonly string[],
  options: EncoderOptions & { readonly signal?: AbortSignal },
): Promise<number> {
  const encoder = await openEncoderProcess(folder, options);
  try {
    await encoder.embed(spread(texts, WARM_UP));
    const some = spread(texts, MEASURED);
    const started = performance.now();
    await encoder.embed(some);
    return some.length / ((performance.now() - started) / 1000);
  } finally {
    await encoder.close();
  }
}

function spread<T>(items: readonly T[], count: number): T[] {
  const some = Math.min(count, items.length);
  return Array.from({ length: some }, (_, index) => items[Math.floor((index * items.length) / some)] as T);
}
