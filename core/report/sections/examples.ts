import { scriptLanguage } from '../i18n/language.ts';
import type { Words } from '../i18n/words-en.ts';
import { type Html, html } from '../page/html.ts';
import type { EvaluationDetails, Example, ExamplePassage } from '../report-data.ts';

/** A longer passage is folded after this many characters. */
const SHOWN_CHARACTERS = 320;

/** Questions whose passage only the tuned model finds, and those whose passage only the base model finds. */
export function examplesSection(details: EvaluationDetails | undefined, words: Words): Html {
  if (details === undefined) return html``;
  const { foundNow, foundNowCount, lostNow, lostNowCount } = details.examples;
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
<p class="question"><q dir="auto"${langOf(example.query)}>${example.query}</q> <span class="rank">${words.rankChange(rank(example.baseRank), rank(example.tunedRank))}</span></p>
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

/** The `lang` attribute: browsers choose between Chinese, Japanese and Korean glyphs by it. */
function langOf(text: string, known?: string): Html {
  const language = known !== undefined && known !== 'und' ? known : scriptLanguage(text);
  return language === undefined ? html`` : html` lang="${language}"`;
}
