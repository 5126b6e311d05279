import { mayActAs, type Role } from '../../access/roles.ts';
import { Problem } from './api.ts';
import { type Child, h, show } from './dom.ts';
import { languageTag, texts, who } from './session.ts';

/** What a page gets: where it is shown, and a signal that says that another one is. */
export interface Place {
  readonly main: HTMLElement;
  readonly signal: AbortSignal;
}

/** Whether the one who uses the page may do what needs this role. */
export function may(role: Role): boolean {
  const principal = who();
  return principal !== undefined && mayActAs(principal, role);
}

/** The heading of a page, which gets the focus when the page is opened. */
export function heading(text: string, subtitle?: Child): HTMLElement {
  return h(
    'header',
    {},
    subtitle !== undefined && h('p', { class: 'subtitle' }, subtitle),
    h('h1', { tabindex: -1, dir: 'auto' }, text),
  );
}

/** What went wrong, with what to do about it. */
export function wrong(error: unknown): HTMLElement {
  const { message, advice, errors } =
    error instanceof Problem ? error : new Problem(0, error instanceof Error ? error.message : String(error));
  const single = errors.length > 1 || (errors[0] !== undefined && !message.includes(errors[0])) ? errors : [];
  return h(
    'div',
    { class: 'panel wrong', role: 'alert' },
    h('p', {}, h('strong', {}, message)),
    single.length > 0 &&
      h(
        'ul',
        {},
        single.map((one) => h('li', {}, one)),
      ),
    advice && h('p', {}, advice),
  );
}

/** A button that sends a request once, and shows what went wrong beside it. */
export function action(
  label: string,
  kind: string,
  outcome: HTMLElement,
  send: () => Promise<void>,
): HTMLButtonElement {
  const button: HTMLButtonElement = h('button', { type: 'button', class: kind, click: () => void run() }, label);
  const run = async () => {
    button.disabled = true;
    show(outcome);
    try {
      await send();
    } catch (error) {
      show(outcome, wrong(error));
    } finally {
      button.disabled = false;
    }
  };
  return button;
}

/** A button that asks before it sends a request, without a dialogue of the browser. */
export function confirmed(
  label: string,
  { question, keep, outcome }: { question: string; keep: string; outcome: HTMLElement },
  send: () => Promise<void>,
): HTMLElement {
  const place = h('span', { class: 'actions' });
  const close = () => show(place, open);
  const open: HTMLButtonElement = h(
    'button',
    {
      type: 'button',
      class: 'danger',
      click: () => {
        const yes = action(label, 'danger', outcome, async () => {
          await send();
          close();
        });
        const back = () => {
          close();
          open.focus();
        };
        const no = h('button', { type: 'button', click: back }, keep);
        show(place, h('span', {}, question), yes, no);
        no.focus();
      },
    },
    label,
  );
  close();
  return place;
}

/** A field of a form with its label. */
export function labelled(label: string, field: HTMLInputElement | HTMLTextAreaElement, note?: string): HTMLElement {
  field.id ||= `field-${label.replace(/\W+/g, '-')}-${++fields}`;
  const noteId = `${field.id}-note`;
  if (note) field.setAttribute('aria-describedby', noteId);
  return h('div', {}, h('label', { for: field.id }, label), field, note && h('small', { id: noteId }, note));
}
let fields = 0;

export function stateMark(state: string, label: string): HTMLElement {
  return h('span', { class: `state ${state}` }, label);
}

/** A time as a person reads it, with the exact one for programs. */
export function time(iso: string): HTMLElement {
  return h('time', { datetime: iso }, moment(iso));
}

export function moment(iso: string): string {
  const date = new Date(iso);
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  return date.toLocaleString(languageTag(), {
    ...(!isThisYear && { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
}

export function loading(): HTMLElement {
  return h('p', { class: 'note', role: 'status' }, texts().loading);
}

/** A row of a `<dl class="fields">`; none for a value that is not there. */
export function field(name: string, value: Child): Child {
  return value === undefined || value === '' ? undefined : h('div', {}, h('dt', {}, name), h('dd', {}, value));
}
