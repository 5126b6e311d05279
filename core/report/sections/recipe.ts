import type { MergeScore, Recipe, Trial } from '../../contracts/recipe.ts';
import type { Words } from '../i18n/words-en.ts';
import { COLORS, renderChart } from '../page/chart.ts';
import { type Html, html } from '../page/html.ts';
import { field } from '../page/page.ts';
import type { ReportData } from '../report-data.ts';

const SIZE = { width: 380, height: 220 };

/** What was chosen for the training, and by which figures. Empty if the run input left nothing open. */
export async function recipeSection({ record }: ReportData, words: Words): Promise<Html | undefined> {
  const { options, merge, calibration, search } = record.recipe;
  if (!calibration && !search) return undefined;
  const { scale, learningRate } = options;
  return html`<section>
<h2>${words.recipe}</h2>
<dl class="fields">
${calibration && field(words.scale, String(scale), words.scaleNote(calibration))}
${search && field(words.learningRate, learningRate.toExponential())}
${search && field(words.merge, words.percent(String(Math.round(100 * merge))), words.mergeNote)}
</dl>
${search && (await searchFigure(record.recipe, search, words))}
</section>`;
}

async function searchFigure(
  { options, merge }: Recipe,
  { development, base, trials, baseIsBetter }: NonNullable<Recipe['search']>,
  words: Words,
): Promise<Html> {
  const isChosen = (trial: Trial, score: MergeScore) =>
    trial.learningRate === options.learningRate && score.merge === merge;
  const rows = trials.flatMap((trial) =>
    trial.scores.map((score) => ({ trial, score, chosen: isChosen(trial, score) })),
  );
  return html`<p>${words.trials(development.questions, development.passages)} ${baseIsBetter ? words.baseIsBetter : ''}</p>
<figure><h3>${words.trialChart}</h3>${await trialChart(trials, base, words)}
<figcaption>${words.trialCaption}</figcaption></figure>
<details><summary>${words.allTrials}</summary>
<table><thead><tr><th>${words.learningRate}</th><th>${words.merge}</th><th>${words.developmentLoss}</th><th>nDCG@10</th></tr></thead>
<tbody>
<tr><td>${words.base}</td><td></td>${scoreCells(base)}</tr>
${rows.map(({ trial, score, chosen }) => html`<tr><td>${trial.learningRate.toExponential()}${chosen ? html` <strong>${words.chosen}</strong>` : ''}</td><td>${score.merge}</td>${scoreCells(score)}</tr>`)}
</tbody></table></details>`;
}

function scoreCells({ development }: MergeScore): Html {
  return html`<td>${development.loss.toFixed(3)}</td><td>${development.ndcg.toFixed(3)}</td>`;
}

/** Loss on the development questions by share of the tuned model, a line for each learning rate. */
function trialChart(trials: readonly Trial[], base: MergeScore, words: Words): Promise<Html> {
  const values = trials.flatMap(({ learningRate, scores }) =>
    [base, ...scores].map(({ merge, development }) => ({
      rate: learningRate.toExponential(),
      merge,
      loss: development.loss,
    })),
  );
  return renderChart(words.trialChart, {
    ...SIZE,
    data: { values },
    mark: { type: 'line', strokeWidth: 1.5, point: { size: 30 } },
    encoding: {
      x: { field: 'merge', type: 'quantitative', axis: { title: words.merge, tickCount: 5 } },
      y: {
        field: 'loss',
        type: 'quantitative',
        scale: { zero: false },
        axis: { title: words.developmentLoss, tickCount: 5 },
      },
      color: {
        field: 'rate',
        type: 'nominal',
        scale: {
          domain: trials.map(({ learningRate }) => learningRate.toExponential()),
          range: [COLORS.tuned, ...COLORS.others],
        },
      },
    },
  });
}
