import { createMiddleware } from 'hono/factory';
import type { Env } from './context.ts';
import { languageOf } from './page/texts.ts';

/** Translates an English text that Hone has made; any other text is returned as it is. */
export type Translate = (english: string) => string;

/** Fields that hold such texts. A title is one in an error alone: that of a run is a person's. */
const TEXTS = new Set(['advice', 'errors', 'summary', 'finished', 'note', 'notice', 'message', 'reason', 'unreadable']);
const PROBLEM_TEXTS = new Set([...TEXTS, 'title']);

/** A copy of an answer in which the texts of Hone are translated. */
export function translated<T>(answer: T, translate: Translate, fields: ReadonlySet<string> = TEXTS): T {
  const walk = (value: unknown, isText: boolean): unknown => {
    if (typeof value === 'string') return isText ? translate(value) : value;
    if (Array.isArray(value)) return value.map((one) => walk(one, isText));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one, fields.has(key))]));
  };
  return walk(answer, false) as T;
}

/** Answers in JSON and errors in Chinese for who prefers it by `Accept-Language`. @param chinese Translates. */
export function inLanguage(chinese: Translate) {
  return createMiddleware<Env>(async (c, next) => {
    const isChinese = languageOf(c.req.header('accept-language')) === 'zh';
    c.set('translated', (answer) => (isChinese ? translated(answer, chinese) : answer));
    await next();
    if (!isChinese) return;
    const [type = ''] = (c.res.headers.get('content-type') ?? '').split(';');
    if (type !== 'application/json' && type !== 'application/problem+json') return;
    const fields = type === 'application/json' ? TEXTS : PROBLEM_TEXTS;
    const answer = translated(await c.res.json(), chinese, fields);
    const { status, headers } = c.res;
    c.res = undefined;
    const changed = new Headers(headers);
    changed.delete('content-length');
    changed.set('content-language', 'zh-CN');
    changed.append('vary', 'accept-language');
    c.res = new Response(JSON.stringify(answer), { status, headers: changed });
  });
}
