import { readFileSync } from 'node:fs';
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import type { Env } from '../context.ts';
import { addPage, isServed } from './add-page.ts';

const app = new Hono<Env>();
addPage(app, true);
const page = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });

it('is a page that runs its own scripts alone, loads nothing from elsewhere and cannot be framed', async () => {
  const { headers } = await page('/');
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  expect(headers.get('set-cookie')).toBeNull();
});

it('has no script or style in its markup, and no address of another host', async () => {
  const markup = await (await page('/')).text();
  expect(markup).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?:/);
});

it('is in the language that the browser prefers', async () => {
  expect(await (await page('/', { 'accept-language': 'zh-CN,zh;q=0.9' })).text()).toContain('<html lang="zh-CN"');
  const english = await page('/', { 'accept-language': 'de' });
  expect(await english.text()).toContain('<html lang="en"');
  expect(english.headers.get('vary')).toContain('accept-language');
});

it('serves its style sheet and picture, which are checked for changes each time', async () => {
  const style = await page('/page/style.css');
  expect(style.headers.get('content-type')).toMatch(/^text\/css/);
  expect(style.headers.get('cache-control')).toBe('no-cache');
  const etag = style.headers.get('etag') ?? '';
  expect((await page('/page/style.css', { 'if-none-match': etag })).status).toBe(304);
  expect((await page('/page/icon.svg')).headers.get('content-type')).toBe('image/svg+xml');
});

it.each([
  'server/page/shell.js',
  'server/settings.js',
  'server/page/browser/../../settings.js',
  'server/page/browser/%2e%2e/%2e%2e/settings.js',
  'server/page/browser/main.js.map',
  '../package.json',
  'core/artifacts/key.js',
])('does not serve %s', async (path) => {
  expect((await page(`/page/${path}`)).status).toBe(404);
});

it('serves every module that its script loads', () => {
  const root = new URL('../../', import.meta.url);
  const loaded = new Set<string>();
  const follow = (module: URL) => {
    const path = module.href.slice(root.href.length).replace(/\.ts$/, '.js');
    if (loaded.has(path)) return;
    loaded.add(path);
    const imports = /^(?:import|export) (?!type )[^;]*?from '(\.[^']+)'/gm;
    for (const [, name = ''] of readFileSync(module, 'utf8').matchAll(imports)) follow(new URL(name, module));
  };
  follow(new URL('browser/main.ts', import.meta.url));
  expect([...loaded]).toContain('core/report/i18n/stage-names.js');
  expect([...loaded].filter((path) => !isServed(path))).toEqual([]);
});
