import { type Html, html } from '../html.ts';
import { scriptLanguage } from '../i18n/language.ts';
import type { Words } from '../i18n/words-en.ts';
import type { Example, ExamplePassage, JudgementDetail } from '../report-data.ts';

/** Characters of a passage that are shown before it is folded. */
const SHOWN_CHARACTERS = 320;

/** Queries that the tuned model newly answers, and those it no longer does, with the passages. */
export function examplesSection(detail: JudgementDetail | undefined, words: Words): Html {
  if (detail === undefined) return html``;
  const { foundNow, foundNowCount, lostNow, lostNowCount } = detail.examples;
  return html`<section>
<h2>${words.foundNow}</h2>
${exampleList(foundNow, foundNowCount, words.noFoundNow, words.insteadBase, words)}
</section>
<section>
<h2>${words.lostNow}</h2>
${exampleList(lostNow, lostNowCount, words.noLostNow, words.insteadTuned, words)}
</section>`;
}

function exampleList(examples: readonly Example[], count: number, none: string, instead: string, words: Words): Html {
  if (examples.length === 0) return html`<p class="empty">${none}</p>`;
  return html`<p>${words.examplesShown(examples.length, count)}</p>
<ol class="examples">${examples.map((example) => exampleItem(example, instead, words))}</ol>`;
}

function exampleItem(example: Example, instead: string, words: Words): Html {
  const rank = (value: number) => (value === 0 ? words.notFound : String(value));
  return html`<li>
<p class="question"><q dir="auto"${langOf(example.query)}>${example.query}</q> <span class="rank">${words.rankMoved(rank(example.baseRank), rank(example.tunedRank))}</span></p>
${passageBlock(words.rightPassage, example.passage, words)}
${
  example.instead &&
  html`<details class="instead"><summary>${instead}</summary>${passageBlock(undefined, example.instead, words)}</details>`
}
</li>
`;
}

function passageBlock(label: string | undefined, { text, info }: ExamplePassage, words: Words): Html {
  const source = info && [info.path, ...info.headings].join(' › ');
  const caption = [label, source].filter((part) => part !== undefined).join(' · ');
  const trimmed = text.trim();
  const lang = langOf(text, info?.language);
  const characters = [...trimmed.replace(/\s+/g, ' ')];
  const body =
    characters.length <= SHOWN_CHARACTERS * 1.25
      ? html`<blockquote dir="auto"${lang}>${trimmed}</blockquote>`
      : html`<details class="passage"><summary><blockquote dir="auto"${lang}>${characters.slice(0, SHOWN_CHARACTERS).join('')}… <span class="unfold">${words.wholePassage}</span></blockquote></summary><blockquote dir="auto"${lang}>${trimmed}</blockquote></details>`;
  return html`<div class="source">${caption !== '' ? html`<p class="caption">${caption}</p>` : undefined}${body}</div>`;
}

/** Glyphs of Chinese, Japanese and Korean differ: the browser picks the font by `lang`. */
function langOf(text: string, known?: string): Html {
  const language = known !== undefined && known !== 'und' ? known : scriptLanguage(text);
  return language === undefined ? html`` : html` lang="${language}"`;
}
