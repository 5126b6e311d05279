/** The loss of every step, of the same training on either side. */
export interface Curves {
  readonly hone: readonly number[];
  readonly peer: readonly number[];
}

/** Mean of each step and those before it, `window` at most. */
export function smoothed(losses: readonly number[], window: number): number[] {
  return losses.map((_, i) => mean(losses.slice(Math.max(0, i + 1 - window), i + 1)));
}

const PARTS = 10;

/** Both curves as a table of their means over tenths of the training, and how far they are apart. */
export function curvesTable(title: string, { hone, peer }: Curves): string {
  const rows = Array.from({ length: PARTS }, (_, part) => {
    const [from, to] = [part, part + 1].map((n) => Math.round((n * hone.length) / PARTS)) as [number, number];
    const [ours, theirs] = [mean(hone.slice(from, to)), mean(peer.slice(from, to))];
    return [`${from + 1}–${to}`, ours.toFixed(4), theirs.toFixed(4), (ours - theirs).toFixed(4)];
  });
  const apart = hone.map((loss, i) => Math.abs(loss - (peer[i] ?? Number.NaN)));
  return [
    `### ${title}`,
    '',
    '| steps | Hone | sentence-transformers | difference |',
    '| --- | ---: | ---: | ---: |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
    `Furthest apart in a step: ${Math.max(...apart.slice(0, 10)).toExponential(1)} within the first ten, ${Math.max(...apart).toExponential(1)} within all ${apart.length}.`,
    '',
  ].join('\n');
}

function mean(values: readonly number[]): number {
  return values.reduce((n, value) => n + value, 0) / values.length;
}
