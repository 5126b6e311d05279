import { en, type Texts } from './texts-en.ts';
import { zh } from './texts-zh.ts';

export type { Texts };

export const LANGUAGES = ['en', 'zh'] as const;
export type PageLanguage = (typeof LANGUAGES)[number];

/** The page's language for a list of languages as a browser sends it: `zh-CN,zh;q=0.9,en;q=0.8`. */
export function languageOf(acceptLanguage: string | undefined): PageLanguage {
  const wanted = (acceptLanguage ?? '').split(',').map((entry) => {
    const [tag = '', ...parameters] = entry.trim().split(';');
    const quality = parameters.map((one) => /^\s*q=([\d.]+)\s*$/.exec(one)?.[1]).find((one) => one !== undefined);
    return { tag: tag.toLowerCase(), quality: Number(quality ?? 1) };
  });
  const known = wanted.flatMap(({ tag, quality }) => {
    const language = LANGUAGES.find((one) => tag === one || tag.startsWith(`${one}-`));
    return language && quality > 0 ? [{ language, quality }] : [];
  });
  return known.toSorted((a, b) => b.quality - a.quality)[0]?.language ?? 'en';
}

export const TEXTS: Readonly<Record<PageLanguage, Texts>> = { en, zh };
