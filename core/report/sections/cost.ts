import { dollars, duration, integer } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Words } from '../i18n/words-en.ts';
import type { ReportData } from '../report-data.ts';
import { fact } from './data.ts';

/** What the questions cost, how fast training was, and the time every step took. */
export function costSection({ record }: ReportData, words: Words): Html {
  const { questions, training, stages } = record;
  const { samples, samplesPerSecond, steps, seconds } = training;
  return html`<section>
<h2>${words.cost}</h2>
<dl class="facts">
${
  questions &&
  fact(
    words.asking,
    questions.spending.cost === undefined ? words.noPrice : dollars(questions.spending.cost),
    words.askingNote(
      questions.spending.answers,
      questions.replayed,
      integer(questions.spending.promptTokens + questions.spending.completionTokens),
    ),
  )
}
${fact(words.training, duration(seconds), words.trainingNote(integer(samples), samplesPerSecond.toFixed(1), integer(steps)))}
</dl>
<div class="scroll"><table class="stages">
<thead><tr><th scope="col">${words.stage}</th><th scope="col">${words.outcome}</th><th scope="col" class="number">${words.time}</th></tr></thead>
<tbody>${stages
    .filter(({ state }) => state !== 'waiting' && state !== 'running')
    .map(
      ({ name, state, summary, seconds }) =>
        html`<tr><th scope="row">${words.stages[name] ?? name}</th><td>${summary}${words.states[state] && html` <small>${words.states[state]}</small>`}</td><td class="number">${seconds === undefined ? '' : duration(seconds)}</td></tr>
`,
    )}</tbody></table></div>
</section>`;
}
