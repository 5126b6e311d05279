import type { Estimate } from '../../../../core/contracts/estimate.ts';
import { dollars, duration, integer } from '../../../../core/report/page/format.ts';
import { ask, events, part } from '../api.ts';
import { h, show } from '../dom.ts';
import { action, field, heading, labelled, type Place } from '../parts.ts';
import { EXAMPLE_INPUT, type Followed } from '../runs-data.ts';
import { texts } from '../session.ts';
import { stageList } from '../stage-list.ts';

interface Started {
  readonly workflowId: string;
}

/** What was written last, so that nothing is lost by a look at another page. */
let draft = { text: EXAMPLE_INPUT, retrain: false };

/** Starts a run from a run input, after its estimate. */
export function startPage({ main, signal }: Place): void {
  const t = texts();
  const text = h('textarea', { spellcheck: 'false', autocapitalize: 'off', wrap: 'off' });
  const retrain = h('input', { type: 'checkbox' });
  text.value = draft.text;
  retrain.checked = draft.retrain;
  const outcome = h('div', { 'aria-live': 'polite' });
  const check = async () => {
    draft = { text: text.value, retrain: retrain.checked };
    const kind = draft.retrain ? 'retrain' : 'run';
    const { request } = await ask<{ request: object }>('inputs', { body: { text: draft.text, kind }, signal });
    return request;
  };
  const start = async (request: object) => {
    const { workflowId } = await ask<Started>(draft.retrain ? 'retrainings' : 'runs', { body: { request } });
    location.hash = `#/runs/${part(workflowId)}`;
  };
  const failure = h('div');
  const estimate = action(t.estimate, 'first', failure, async () => {
    show(outcome);
    const request = await check();
    const found = await estimateOf(withoutRetrain(request), outcome, signal);
    const startNow = action(t.startNow, 'first', failure, () => start(request));
    show(outcome, estimateSection(found), h('div', { class: 'actions' }, startNow));
    startNow.focus();
  });
  const startAtOnce = action(t.startWithout, '', failure, async () => start(await check()));
  show(
    main,
    heading(t.start),
    labelled(t.input, text, t.inputNote),
    h('label', { class: 'check' }, retrain, t.retrainInstead),
    h('div', { class: 'actions' }, estimate, startAtOnce),
    failure,
    outcome,
  );
}

/** An estimate is that of the run which a retraining would start. */
function withoutRetrain(request: object): object {
  return Object.fromEntries(Object.entries(request).filter(([name]) => name !== 'retrain'));
}

/** Starts an estimate, and shows how far it is until it is there. */
async function estimateOf(request: object, place: HTMLElement, signal: AbortSignal): Promise<Estimate> {
  const { workflowId } = await ask<Started>('estimates', { body: { request }, signal });
  const stages = stageList();
  show(place, h('p', { class: 'note', role: 'status' }, texts().estimating), stages.element);
  for await (const { event, data } of events(`runs/${part(workflowId)}/events`, signal)) {
    if (event !== 'error') stages.update((JSON.parse(data) as Followed).stages);
  }
  show(place);
  return ask<Estimate>(`estimates/${part(workflowId)}`, { signal });
}

function estimateSection({ corpus, questions, training }: Estimate): HTMLElement {
  const t = texts();
  const { pilot } = training;
  const range = ({ likely, low, high }: { likely: number; low: number; high: number }) =>
    low === high ? dollars(likely) : t.between(dollars(likely), dollars(low), dollars(high));
  const price = questions && (questions.price ? range(questions.price) : t.unknownPrice);
  const answered = questions && questions.answered > 0 ? ` · ${t.estimateAnswered(integer(questions.answered))}` : '';
  return h(
    'section',
    { class: 'panel good' },
    h('h2', {}, t.estimateTitle),
    h(
      'dl',
      { class: 'fields' },
      field(t.estimateDocuments, corpus && integer(corpus.documents)),
      field(t.estimateChunks, corpus && integer(corpus.chunks)),
      field(t.estimateRequests, questions && `${integer(questions.requests)}${answered}`),
      field(t.estimatePrice, price),
      field(t.estimateQuestionTime, questions?.time && t.about(duration(questions.time.seconds))),
      field(t.estimateTraining, t.estimateSteps(integer(training.steps), integer(training.pairs))),
      field(t.estimateTrainingTime, pilot && t.about(duration(pilot.seconds + (pilot.trialSeconds ?? 0)))),
      field(t.estimateEmbeddingTime, pilot && t.about(duration(pilot.embeddingSeconds))),
      field(t.estimateMemory, pilot && t.about(`${(pilot.peakBytes / 1e9).toFixed(1)} GB`)),
    ),
  );
}
