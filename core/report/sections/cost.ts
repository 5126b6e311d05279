import { toCost } from '../../contracts/spending.ts';
import type { Words } from '../i18n/words-en.ts';
import { dollars, duration, integer } from '../page/format.ts';
import { type Html, html } from '../page/html.ts';
import { field } from '../page/page.ts';
import type { ReportData } from '../report-data.ts';

/** Cost of the questions, throughput of training, and the time of each stage. */
export function costSection({ record }: ReportData, words: Words): Html {
  const { questions, training, stages } = record;
  const cost = toCost(questions?.spending);
  const { samples, samplesPerSecond, steps, seconds, leftOut = 0, repeated = 0 } = training;
  return html`<section>
<h2>${words.cost}</h2>
<dl class="fields">
${
  questions &&
  field(
    words.questionCost,
    cost.dollars === undefined ? words.noPrice : dollars(cost.dollars),
    words.questionCostNote(
      cost.requests,
      questions.replayed,
      { prompt: integer(cost.promptTokens), completion: integer(cost.completionTokens) },
      questions.spending.countedAnswers ?? 0,
    ),
  )
}
${field(words.training, duration(seconds), words.trainingNote(integer(samples), samplesPerSecond.toFixed(1), integer(steps)))}
${leftOut > 0 ? field(words.leftOut, integer(leftOut), words.leftOutNote) : undefined}
${repeated > 0 ? field(words.repeated, integer(repeated), words.repeatedNote) : undefined}
</dl>
<div class="scroll"><table class="stages">
<thead><tr><th scope="col">${words.stage}</th><th scope="col">${words.outcome}</th><th scope="col" class="number">${words.time}</th></tr></thead>
<tbody>${stages
    .filter(({ state }) => state !== 'waiting' && state !== 'running')
    .map(
      ({ name, state, summary, seconds }) =>
        html`<tr><th scope="row">${words.stages[name] ?? name}</th><td>${words.stageOutcome(name, summary, record)}${words.states[state] && html` <small>${words.states[state]}</small>`}</td><td class="number">${seconds === undefined ? '' : duration(seconds)}</td></tr>
`,
    )}</tbody></table></div>
</section>`;
}
