/** The losses of every step of the same training in both libraries. */
export interface Curves {
  readonly hone: readonly number[];
  readonly peer: readonly number[];
}

/** The mean of each step and the steps before it, `window` in all. */
export function smoothed(losses: readonly number[], window: number): number[] {
  return losses.map((_, i) => mean(losses.slice(Math.max(0, i + 1 - window), i + 1)));
}

const PARTS = 10;

/** Both curves as a Markdown table of their means over tenths of the training, with their largest differences. */
export function curvesTable(title: string, { hone, peer }: Curves): string {
  const rows = Array.from({ length: PARTS }, (_, part) => {
    const [from, to] = [part, part + 1].map((n) => Math.round((n * hone.length) / PARTS)) as [number, number];
    const [honeMean, peerMean] = [mean(hone.slice(from, to)), mean(peer.slice(from, to))];
    return [`${from + 1}–${to}`, honeMean.toFixed(4), peerMean.toFixed(4), (honeMean - peerMean).toFixed(4)];
  });
  const differences = hone.map((loss, i) => Math.abs(loss - (peer[i] ?? Number.NaN)));
  return [
    `### ${title}`,
    '',
    '| steps | Hone | sentence-transformers | difference |',
    '| --- | ---: | ---: | ---: |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
    `Largest difference in a step: ${Math.max(...differences.slice(0, 10)).toExponential(1)} in the first ten, ${Math.max(...differences).toExponential(1)} in all ${differences.length}.`,
    '',
  ].join('\n');
}

function mean(values: readonly number[]): number {
  return values.reduce((n, value) => n + value, 0) / values.length;
}
