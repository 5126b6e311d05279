import type { Skipped, SkippedGroup } from '../contracts/corpus.ts';

/** Counts skipped files by reason, the most frequent first, without what differs from file to file. */
export function groupSkipped(skipped: readonly Skipped[]): SkippedGroup[] {
  const counts = new Map<string, number>();
  for (const { reason } of skipped) counts.set(general(reason), (counts.get(general(reason)) ?? 0) + 1);
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
}

function general(reason: string): string {
  if (reason.startsWith('same content as ')) return 'same content as another file';
  return reason.replace(/ \(.*\)$/s, '');
}
