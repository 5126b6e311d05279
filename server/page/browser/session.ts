import type { Principal } from '../../access/roles.ts';
import { type PageLanguage, TEXTS, type Texts } from '../texts.ts';

const KEY = 'hone-key';
const LANGUAGE = 'hone-language';
const root = document.documentElement;

/** The key of this tab. Not a cookie, so no other site can have the browser send it. */
export const key = {
  get: (): string | undefined => sessionStorage.getItem(KEY) ?? undefined,
  set: (value: string): void => sessionStorage.setItem(KEY, value),
  forget: (): void => sessionStorage.removeItem(KEY),
};

/** Whether the server has keys; one that has none answers this machine alone. */
export const needsKey = root.dataset.needsKey === 'true';

/** The language that was chosen, else the one that the server found in `Accept-Language`. */
export function language(): PageLanguage {
  const chosen = localStorage.getItem(LANGUAGE);
  return (chosen ?? root.lang).startsWith('zh') ? 'zh' : 'en';
}

export function chooseLanguage(chosen: PageLanguage): void {
  localStorage.setItem(LANGUAGE, chosen);
}

export function languageTag(): string {
  return language() === 'zh' ? 'zh-CN' : 'en';
}

/** The texts in the language of the page. */
export function texts(): Texts {
  return TEXTS[language()];
}

let principal: Principal | undefined;

/** Who uses the page; undefined before it is known. */
export function who(): Principal | undefined {
  return principal;
}

export function setWho(found: Principal | undefined): void {
  principal = found;
}
