import type { ReportLanguage } from '../report-data.ts';
import { type Content, type Html, html, trustedMarkup } from './html.ts';
import { STYLE } from './style.ts';

/** The page must not load or run anything, even if markup got into it by mistake. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** BCP 47 tags. */
const LANG: Readonly<Record<ReportLanguage, string>> = { en: 'en', zh: 'zh-CN' };

export interface Page {
  language: ReportLanguage;
  /** Kind of page, for the window's title. */
  kind: string;
  /** Small line above the heading. */
  subtitle: string;
  heading: string;
  body: Content;
}

/** Renders a self-contained HTML page: no network, no scripts, no other files. */
export function renderPage({ language, kind, subtitle, heading, body }: Page): string {
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
<header><p class="subtitle">${subtitle}</p><h1 dir="auto">${heading}</h1></header>
${body}
</main>
</body>
</html>
`.markup;
}

/** A row of a `<dl class="fields">`. */
export function field(name: string, value: Content, note?: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}${note && html` <small>${note}</small>`}</dd></div>
`;
}
