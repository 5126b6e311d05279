import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPairs } from '../../core/dataset/pairs.ts';
import { headingDatasets } from '../curves/heading-dataset.ts';
import { minilm } from '../models/minilm.ts';

const HANDBOOK = fileURLToPath(new URL('../../examples/handbook/documents', import.meta.url));
const CACHE = fileURLToPath(new URL('../../.cache/bench-data/', import.meta.url));
/** Tokens of a passage of the handbook, at most; on average they have about eighty. */
const CHUNK = 256;

/**
 * Writes a dataset of pairs from the handbook's headings. A passage is that of the heading and some further ones, so
 * that it has the length of real passages.
 * @param count Pairs, all different.
 * @param passages Of the handbook in one; about eighty tokens each.
 * @returns The path of the file.
 */
export async function handbookPairs(count: number, passages: number): Promise<string> {
  const { train } = await headingDatasets('handbook', HANDBOOK, await minilm(), CHUNK);
  const pairs = joinedPairs(await readPairs(train), count, passages);
  const ids = pairs.map((_, i) => `${i}`);
  const entries = (values: readonly unknown[], prefix: string) =>
    Object.fromEntries(ids.map((id, i) => [`${prefix}${id}`, values[i]]));
  const dataset = {
    queries: entries(
      pairs.map(([query]) => query),
      'q',
    ),
    corpus: entries(
      pairs.map(([, passage]) => passage),
      'c',
    ),
    relevant_docs: entries(
      ids.map((id) => [`c${id}`]),
      'q',
    ),
  };
  const file = `${CACHE}handbook-${count}-${passages}.train.json`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(dataset));
  return file;
}

/**
 * Pair i has the query and the passage i modulo the number of pairs. The passages that follow are other ones in every
 * round, so that no text occurs twice. @throws RangeError if there are not enough combinations.
 */
export function joinedPairs(
  pairs: readonly { readonly query: string; readonly passage: string }[],
  count: number,
  passages: number,
): [query: string, passage: string][] {
  const { length } = pairs;
  const most = passages === 1 ? length : length * (length - 1);
  if (count > most) throw new RangeError(`${length} pairs give ${most} combinations, fewer than ${count}`);
  const pairAt = (i: number) => pairs[i % length] as { query: string; passage: string };
  return Array.from({ length: count }, (_, i) => {
    const round = Math.floor(i / length);
    const others = Array.from({ length: passages - 1 }, (_, k) => pairAt(i + (round + 1) * (k + 1)).passage);
    const number = round === 0 ? '' : ` (${round + 1})`;
    return [`${pairAt(i).query}${number}`, [pairAt(i).passage, ...others].join('\n')];
  });
}
