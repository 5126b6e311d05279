import type { Hold } from '../../../core/contracts/control.ts';
import { ask, part } from './api.ts';
import { h, show } from './dom.ts';
import { action, labelled, loading, may, wrong } from './parts.ts';
import { texts } from './session.ts';

interface Sample {
  readonly total: number;
  readonly shown: number;
  readonly passages: readonly { readonly source: string; readonly text: string; readonly questions: string[] }[];
}

/** What a run waits to have approved, with what a person needs to decide it. */
export function approvalPanel(workflowId: string, { gate, note }: Hold, signal: AbortSignal): HTMLElement {
  const t = texts();
  const samples = h('div');
  if (gate === 'questions') void showSamples(samples, workflowId, signal);
  return h(
    'section',
    { class: 'panel asks', 'aria-labelledby': 'approval' },
    h('h2', { id: 'approval' }, gate === 'questions' ? t.approveQuestions : t.approvePromotion),
    // Of questions it says how many they are, as the sample does.
    note && gate === 'promotion' && h('p', {}, t.approvalNote(note)),
    samples,
    may('operator') ? decision(workflowId, gate) : h('p', { class: 'note' }, t.approvalNeedsRole),
  );
}

async function showSamples(place: HTMLElement, workflowId: string, signal: AbortSignal): Promise<void> {
  const t = texts();
  show(place, loading());
  try {
    const { shown, total, passages } = await ask<Sample>(`runs/${part(workflowId)}/questions`, { signal });
    show(
      place,
      h('p', { class: 'note' }, t.sampleShown(shown, total)),
      h(
        'ul',
        { class: 'samples', tabindex: 0, 'aria-label': t.approveQuestions },
        passages.map(({ source, text, questions }) =>
          h(
            'li',
            {},
            h('p', { class: 'caption', dir: 'auto' }, source),
            h('blockquote', { class: 'source', dir: 'auto' }, text),
            h(
              'ul',
              {},
              questions.map((question) => h('li', { dir: 'auto' }, question)),
            ),
          ),
        ),
      ),
    );
  } catch (error) {
    if (!signal.aborted) show(place, wrong(error));
  }
}

function decision(workflowId: string, gate: Hold['gate']): HTMLElement {
  const t = texts();
  const outcome = h('div');
  const reason = h('textarea', { class: 'short', maxlength: 2000, rows: 2 });
  const answer = (reject?: string) =>
    ask(`runs/${part(workflowId)}/approve`, { body: { ...(gate && { gate }), ...(reject && { reject }) } });
  const approve = action(t.approve, 'first', outcome, async () => void (await answer()));
  const reject = action(t.reject, 'danger', outcome, async () => {
    if (!reason.value.trim()) {
      reason.focus();
      throw new Error(t.rejectNeedsReason);
    }
    await answer(reason.value.trim());
  });
  return h('div', {}, labelled(t.rejectReason, reason), h('div', { class: 'actions' }, approve, reject), outcome);
}
