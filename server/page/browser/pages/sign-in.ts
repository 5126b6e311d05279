import { h, show } from '../dom.ts';
import { heading, labelled } from '../parts.ts';
import { key, texts } from '../session.ts';

/** Asks for a key. @param note Why, if one was given before. */
export function signInPage(main: HTMLElement, note: string | undefined, done: () => void): void {
  const t = texts();
  const input = h('input', { type: 'password', autocomplete: 'off', spellcheck: 'false', required: true });
  const submit = (event: Event) => {
    event.preventDefault();
    const value = input.value.trim();
    if (!value) return;
    key.set(value);
    done();
  };
  show(
    main,
    h(
      'div',
      { class: 'narrow' },
      heading(t.signIn),
      note && h('div', { class: 'panel wrong', role: 'alert' }, h('p', {}, note)),
      h('p', { class: 'note' }, t.signInNote),
      h(
        'form',
        { submit },
        labelled(t.key, input),
        h('div', { class: 'actions' }, h('button', { type: 'submit', class: 'first' }, t.signIn)),
      ),
    ),
  );
  input.focus();
}
