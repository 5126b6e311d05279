import type { TopLevelSpec } from 'vega-lite';
import { renderSvg } from '../svg.ts';
import { type Curves, smoothed } from './curves.ts';

/** Both curves as an SVG: the loss of each step, faint, and its mean over the last `window` steps. */
export function curvesSvg(title: string, { hone, peer }: Curves, window: number): Promise<string> {
  const points = [
    { library: 'Hone', losses: hone },
    { library: 'sentence-transformers', losses: peer },
  ].flatMap(({ library, losses }) => {
    const means = smoothed(losses, window);
    return losses.map((loss, step) => ({ library, step: step + 1, loss, mean: means[step] }));
  });
  const line = (field: 'loss' | 'mean', opacity: number, strokeWidth: number) => ({
    mark: { type: 'line' as const, opacity, strokeWidth },
    encoding: {
      x: { field: 'step', type: 'quantitative' as const },
      y: { field, type: 'quantitative' as const, title: 'loss' },
      color: { field: 'library', type: 'nominal' as const, title: null, legend: { orient: 'top' as const } },
    },
  });
  const spec: TopLevelSpec = {
    ...{ title, width: 640, height: 320, data: { values: points } },
    layer: [line('loss', 0.25, 1), line('mean', 1, 2)],
  };
  return renderSvg(spec);
}
