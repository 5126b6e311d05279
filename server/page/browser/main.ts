import { mayActAs, type Principal } from '../../access/roles.ts';
import { ask, Problem } from './api.ts';
import { h, show } from './dom.ts';
import { modelPage, modelsPage } from './pages/models.ts';
import { runPage } from './pages/run.ts';
import { runsPage } from './pages/runs.ts';
import { schedulePage, schedulesPage } from './pages/schedules.ts';
import { signInPage } from './pages/sign-in.ts';
import { startPage } from './pages/start.ts';
import { heading, loading, type Place, wrong } from './parts.ts';
import { chooseLanguage, key, language, languageTag, needsKey, setWho, texts, who } from './session.ts';

type Page = (place: Place, name: string) => Promise<void> | void;

/** First part of the address after `#/` -> its page, and the page of one of them. */
const PAGES: Readonly<Record<string, { list: Page; one?: Page; role?: 'operator' }>> = {
  runs: { list: runsPage, one: runPage },
  start: { list: startPage, role: 'operator' },
  models: { list: modelsPage, one: modelPage },
  schedules: { list: schedulesPage, one: schedulePage },
};
const FIRST = 'runs';

let leave = new AbortController();

/** Shows what the address names. */
async function open(): Promise<void> {
  leave.abort();
  leave = new AbortController();
  const { signal } = leave;
  document.documentElement.lang = languageTag();
  const { name, rest } = address();
  const page = PAGES[name];
  const main = h('main', { id: 'main', tabindex: -1 }, loading());
  show(document.querySelector('#page') as Element, skipLink(main), bar(name), main);
  try {
    if (!(await identify(main))) return;
    if (signal.aborted) return;
    show(document.querySelector('#page') as Element, skipLink(main), bar(name), main);
    if (!page) throw new Problem(404, texts().notFound);
    await (rest && page.one ? page.one : page.list)({ main, signal }, rest);
    if (!signal.aborted) entitle(main);
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof Problem && error.status === 401) return forgetKey();
    show(main, heading(texts().failed), wrong(error), again());
    entitle(main);
  }
}

/** The part of the address that names a page, and what the page is about. */
function address(): { name: string; rest: string } {
  const [, name = '', rest = ''] = /^#\/([a-z]+)(?:\/(.*))?$/.exec(location.hash) ?? [];
  try {
    return { name: name || (location.hash.length > 2 ? '' : FIRST), rest: decodeURIComponent(rest) };
  } catch {
    return { name: '', rest: '' };
  }
}

/** Finds out whose key it is; asks for one where there is none. @returns whether the page may be shown. */
async function identify(main: HTMLElement): Promise<boolean> {
  if (who()) return true;
  const signIn = (note?: string) => {
    signInPage(main, note, () => void open());
    entitle(main);
    return false;
  };
  if (needsKey && key.get() === undefined) return signIn();
  try {
    const found = await ask<Principal>('me');
    if (!mayActAs(found, 'viewer')) {
      key.forget();
      return signIn(texts().mayNotSee);
    }
    setWho(found);
    return true;
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    key.forget();
    return signIn(texts().keyRefused);
  }
}

function forgetKey(): void {
  key.forget();
  setWho(undefined);
  void open();
}

/** Names the window, and puts the focus where the new page begins. */
function entitle(main: HTMLElement): void {
  const title = main.querySelector('h1');
  document.title = title ? `${title.textContent} · Hone` : 'Hone';
  if (!main.contains(document.activeElement)) title?.focus({ preventScroll: true });
}

function again(): HTMLElement {
  return h('p', {}, h('button', { type: 'button', click: () => void open() }, texts().tryAgain));
}

function skipLink(main: HTMLElement): HTMLElement {
  const skip = (event: Event) => {
    event.preventDefault();
    main.focus();
  };
  return h('a', { class: 'skip', href: '#main', click: skip }, texts().skip);
}

function bar(current: string): HTMLElement {
  const t = texts();
  const principal = who();
  const names = { runs: t.runs, start: t.start, models: t.models, schedules: t.schedules } as const;
  const shown = Object.entries(names).filter(([name]) => {
    const role = PAGES[name]?.role ?? 'viewer';
    return principal && mayActAs(principal, role);
  });
  const link = (name: string, label: string) =>
    h('li', {}, h('a', { href: `#/${name}`, 'aria-current': name === current && 'page' }, label));
  const switchLanguage = () => {
    chooseLanguage(language() === 'zh' ? 'en' : 'zh');
    void open();
  };
  const other = language() === 'zh' ? 'en' : 'zh-CN';
  return h(
    'header',
    { class: 'bar' },
    h(
      'div',
      {},
      h('a', { class: 'brand', href: '#/runs' }, 'Hone'),
      h(
        'nav',
        { 'aria-label': t.navigation },
        h(
          'ul',
          {},
          shown.map(([name, label]) => link(name, label)),
        ),
      ),
      h(
        'div',
        { class: 'who' },
        principal && h('span', {}, t.signedInAs(principal.name, principal.role)),
        h('button', { type: 'button', class: 'plain', lang: other, click: switchLanguage }, t.otherLanguage),
        principal && needsKey && h('button', { type: 'button', class: 'plain', click: forgetKey }, t.signOut),
      ),
    ),
  );
}

addEventListener('hashchange', () => {
  scrollTo(0, 0);
  void open();
});
void open();
