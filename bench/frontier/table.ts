import type { CaseResult } from './measure.ts';

/** A row for each case and recipe: gain, time, and what is forgotten, as means over seeds. */
export function table(results: readonly CaseResult[]): string {
  const rows = results.flatMap(({ name, base, recipes }) => [
    [name, 'base', base.ndcg.toFixed(4), '', '', '', ''],
    ...Object.entries(recipes).map(([recipe, bySeed]) => {
      const measured = Object.values(bySeed);
      const gains = measured.map(({ ndcg }) => ndcg - base.ndcg);
      const general = measured.map((one) =>
        mean(Object.entries(one.general).map(([other, ndcg]) => ndcg - (base.general[other] as number))),
      );
      const chosen = measured.map(
        ({ chosen: { scale, learningRate, merge } }) => `${scale}, ${learningRate.toExponential()}, ${merge}`,
      );
      return [
        '',
        recipe,
        mean(measured.map(({ ndcg }) => ndcg)).toFixed(4),
        gains.map(signed).join(', '),
        signed(mean(general)),
        mean(measured.map(({ seconds }) => seconds)).toFixed(0),
        [...new Set(chosen)].join('; '),
      ];
    }),
  ]);
  const head = ['case', 'recipe', 'nDCG@10', 'gain, by seed', 'other datasets', 'seconds', 'scale, rate, merge'];
  const rule = ['---', '---', '---:', '---', '---:', '---:', '---'];
  return `${[head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}
