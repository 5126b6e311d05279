/** Abbreviations that do not end a sentence even before a capital or a digit (en, de, fr, es). */
const ABBREVIATIONS = new Set(
  `mr mrs ms dr prof sr jr st gen col lt sgt capt rev hon mt fig figs eq eqs sec ch chap vol vols no nos nr art p pp ed eds
   al inc ltd corp co llc dept est approx ca cf vs viz resp incl excl max min tel ext ref refs jan feb mar apr jun jul aug
   sep sept oct nov dec bzw abs evtl ggf vgl zzgl inkl str hr fr bd aufl mme mlle av núm pág ud uds sra dra`.split(
    /\s+/,
  ),
);
const GERMAN_MONTH = /^(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)/i;

const EAST_ASIAN_END = /[。！？；｡…⋯]/;
const WESTERN_END = /[.!?]/;
const CLOSER = /["'”’»›)\]）」』】》〉〕］]/;
const BLANK = /\s/;
const LIST_LINE = /^[ \t]*(?:[-*+•·] |\d{1,3}[.)、] ?|[（(]?[一二三四五六七八九十]{1,3}[)）、])/;

/**
 * Splits a text into sentences. Invariant: `splitSentences(text).join('') === text`; white space belongs to the
 * sentence before it.
 *
 * East Asian sentences end at 。！？；… and the closing quotes after them. Others end at . ! ? (and closing quotes) before
 * white space, except after an abbreviation, an initial or an ordinal, or before a lower-case letter. A blank line and
 * a list item end the sentence before it. Intl.Segmenter is not used because it splits after "Dr." and "No.", and not
 * at ；.
 */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  let at = 0;
  while (at < text.length) {
    const end = sentenceEnd(text, start, at);
    if (end > at) {
      sentences.push(text.slice(start, end));
      start = end;
      at = end;
    } else {
      at += 1;
    }
  }
  if (start < text.length) sentences.push(text.slice(start));
  return sentences;
}

/** The end of the sentence if the character at `at` ends it, else `at`. */
function sentenceEnd(text: string, start: number, at: number): number {
  const char = text[at] as string;
  if (char === '\n') return lineEnd(text, at);
  if (EAST_ASIAN_END.test(char)) {
    const end = skip(text, at, (c) => EAST_ASIAN_END.test(c) || WESTERN_END.test(c));
    return skip(
      text,
      skip(text, end, (c) => CLOSER.test(c)),
      (c) => BLANK.test(c),
    );
  }
  if (!WESTERN_END.test(char)) return at;
  const stop = skip(text, at, (c) => WESTERN_END.test(c));
  const closed = skip(text, stop, (c) => CLOSER.test(c));
  const next = skip(text, closed, (c) => BLANK.test(c));
  if (next === text.length) return next;
  if (next === closed || /\p{Ll}/u.test(text[next] as string)) return at;
  if (char === '.' && stop === at + 1 && isAbbreviation(text, start, at, next)) return at;
  return next;
}

/** The end of the sentence if a blank line or a list item follows the line feed at `at`, else `at`. */
function lineEnd(text: string, at: number): number {
  const next = skip(text, at, (c) => BLANK.test(c));
  if (text.indexOf('\n', at + 1) !== -1 && text.indexOf('\n', at + 1) < next) return next;
  return LIST_LINE.test(text.slice(at + 1, at + 24)) ? at + 1 : at;
}

function isAbbreviation(text: string, start: number, dot: number, next: number): boolean {
  const word = /[\p{L}\p{N}.]*$/u.exec(text.slice(Math.max(start, dot - 24), dot))?.[0] ?? '';
  const initials = /^(?:\p{L}\.)*\p{Lu}$/u.test(word) || /^(?:\p{L}\.)+\p{L}$/u.test(word);
  const ordinal = /^\d{1,2}$/.test(word) && GERMAN_MONTH.test(text.slice(next, next + 9));
  const listNumber = /^\d{1,3}$/.test(word) && /(?:^|\n)[ \t]*\d+$/.test(text.slice(Math.max(0, start, dot - 12), dot));
  return initials || ordinal || listNumber || ABBREVIATIONS.has(word.toLowerCase());
}

/** The first position from `from` on whose character does not match. */
function skip(text: string, from: number, matches: (char: string) => boolean): number {
  let at = from;
  while (at < text.length && matches(text[at] as string)) at += 1;
  return at;
}
