import type { DocumentToCheck, Omission } from '../contracts/corpus.ts';
import type { Words } from './i18n/words-en.ts';
import { percentage } from './page/format.ts';

/** Why a person should look at a document: `38 % kept; navigation “Home…”; words without spaces “thevalve…”`. */
export function describeCheck({ kept, omitted, doubts }: DocumentToCheck, words: Words): string {
  const parts = [...omitted.map((omission) => describeOmission(omission, words))];
  if (omitted.length > 0) parts.unshift(words.keptShare(percentage(kept)));
  return [...parts, ...doubts.map(({ kind, sample }) => words.withSample(words.doubt[kind], sample))].join('; ');
}

export function describeOmission({ reason, sample }: Omission, words: Words): string {
  return words.withSample(words.omission[reason], sample);
}
