import { createHash } from 'node:crypto';
import { tellingWords } from './words.ts';

/** A hashed bag of words, so that cosines mean something: texts that share words are near each other. Not normalised. */
export function bagVector(text: string, dimension: number): number[] {
  const vector = new Array<number>(dimension).fill(0);
  for (const word of tellingWords(text)) {
    const hash = createHash('sha256').update(word).digest();
    const index = hash.readUInt32LE(0) % dimension;
    vector[index] = (vector[index] as number) + ((hash[4] as number) & 1 ? 1 : -1);
  }
  // No text is without a direction.
  vector[0] = (vector[0] as number) + 0.1;
  return vector;
}
