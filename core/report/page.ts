import { type Content, html, trustedMarkup } from './html.ts';
import type { ReportLanguage } from './report-data.ts';
import { STYLE } from './style.ts';

/** Forbids the page to load or run anything, whatever slips into it. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** BCP 47. */
const LANG: Readonly<Record<ReportLanguage, string>> = { en: 'en', zh: 'zh-CN' };

export interface Page {
  language: ReportLanguage;
  /** What kind of page it is, in the window's title. */
  kind: string;
  kicker: string;
  heading: string;
  body: Content;
}

/** One HTML page that needs no network, no script and no other file. */
export function renderPage({ language, kind, kicker, heading, body }: Page): string {
  return html`<!doctype html>
<html lang="${LANG[language]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${heading} · ${kind}</title>
<style>${trustedMarkup(STYLE)}</style>
</head>
<body>
<main>
<header><p class="kicker">${kicker}</p><h1 dir="auto">${heading}</h1></header>
${body}
</main>
</body>
</html>
`.markup;
}
