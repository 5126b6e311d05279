import type { TopLevelSpec } from 'vega-lite';
import { renderSvg } from '../svg.ts';
import type { CaseResult } from './measure.ts';
import { mean } from './table.ts';

/** Gain in nDCG@10 by training time as an SVG, a panel for each case and a point for each recipe. */
export function frontierSvg(results: readonly CaseResult[]): Promise<string> {
  const values = results.flatMap(({ name, base, recipes }) =>
    Object.entries(recipes).map(([recipe, bySeed]) => {
      const measured = Object.values(bySeed);
      return {
        case: name,
        recipe,
        seconds: mean(measured.map(({ seconds }) => seconds)),
        gain: mean(measured.map(({ ndcg }) => ndcg - base.ndcg)),
      };
    }),
  );
  const spec: TopLevelSpec = {
    data: { values },
    facet: { field: 'case', type: 'nominal', title: null, sort: null },
    columns: 3,
    spec: {
      width: 260,
      height: 200,
      mark: { type: 'point', filled: true, size: 90 },
      encoding: {
        x: { field: 'seconds', type: 'quantitative', scale: { type: 'log' }, title: 'seconds, trials included' },
        y: { field: 'gain', type: 'quantitative', title: 'gain in nDCG@10' },
        color: { field: 'recipe', type: 'nominal', title: null, sort: null },
        shape: { field: 'recipe', type: 'nominal', sort: null },
      },
    },
    resolve: { scale: { x: 'independent', y: 'independent' } },
  };
  return renderSvg(spec);
}
