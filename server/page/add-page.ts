import { readFile } from 'node:fs/promises';
import type { Hono } from 'hono';
import { etag } from 'hono/etag';
import type { Env } from '../context.ts';
import { ICON, PAGE_HEADERS, renderShell } from './shell.ts';
import { PAGE_STYLE } from './style.ts';
import { languageOf } from './texts.ts';

/** The folder of the compiled product. */
const ROOT = new URL('../../', import.meta.url);

/** Compiled modules that a browser may load: those of the page, and what they share with the server. */
const MODULES = [
  /^server\/page\/browser\/(?:pages\/)?[a-z-]+\.js$/,
  /^server\/page\/(?:texts(?:-en|-zh)?|event-stream|curve)\.js$/,
  /^server\/access\/roles\.js$/,
  /^core\/report\/(?:page\/format|i18n\/stage-names)\.js$/,
];

const TYPES = { css: 'text/css; charset=utf-8', svg: 'image/svg+xml', js: 'text/javascript; charset=utf-8' };

/**
 * The page at `/`, and its files below `/page/`. They are the same for everybody and hold no data, so they need no key.
 * @param needsKey Whether the page has to ask for a key.
 */
export function addPage(app: Hono<Env>, needsKey: boolean): void {
  app.use('/page/*', etag());
  app.get('/', (c) => c.html(renderShell(languageOf(c.req.header('accept-language')), needsKey), 200, PAGE_HEADERS));
  app.get('/page/style.css', (c) => c.body(PAGE_STYLE, 200, headersOf('css')));
  app.get('/page/icon.svg', (c) => c.body(ICON, 200, headersOf('svg')));
  app.get('/page/*', async (c, next) => {
    const path = c.req.path.slice('/page/'.length);
    if (!isServed(path)) return next();
    const source = await readFile(new URL(path, ROOT), 'utf8').catch(() => undefined);
    if (source === undefined) return next();
    // Without their maps, which are not served.
    return c.body(source.replace(/^\/\/# sourceMappingURL=.*$/m, ''), 200, headersOf('js'));
  });
  app.get('/page/*', (c) => c.text('There is no such file.\n', 404));
}

/** @param path Of a compiled module, from the folder of the product. */
export function isServed(path: string): boolean {
  return MODULES.some((one) => one.test(path));
}

function headersOf(kind: keyof typeof TYPES): Record<string, string> {
  return { 'content-type': TYPES[kind], 'cache-control': 'no-cache' };
}
