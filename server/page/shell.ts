import { html } from '../../core/report/page/html.ts';
import { type PageLanguage, TEXTS } from './texts.ts';

/**
 * The page runs its own scripts alone, loads nothing from elsewhere, and can make no markup from a text: all that it
 * shows comes from documents, models and people that it does not know.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

export const PAGE_HEADERS = {
  'content-security-policy': POLICY,
  'cache-control': 'no-cache',
  vary: 'accept-language',
} as const;

/** BCP 47 tags. */
const LANG: Readonly<Record<PageLanguage, string>> = { en: 'en', zh: 'zh-CN' };

/**
 * The page before its script runs.
 * @param needsKey Whether the server has keys or an OpenID provider.
 */
export function renderShell(language: PageLanguage, needsKey: boolean): string {
  const { needsScript } = TEXTS[language];
  return html`<!doctype html>
<html lang="${LANG[language]}" data-needs-key="${String(needsKey)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Hone</title>
<link rel="icon" href="page/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="page/style.css">
<script type="module" src="page/server/page/browser/main.js"></script>
</head>
<body>
<div id="page"><noscript><main><p>${needsScript}</p></main></noscript></div>
</body>
</html>
`.markup;
}

/** A whetstone's edge, in the accent colour of the pages. */
export const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b7a75"/><path d="M6 22 26 9v4L12 22z" fill="#fff"/></svg>\n';
