/** Abbreviations after which a capital or a digit does not begin a sentence (en, de, fr, es). */
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
 * Cuts a text into sentences without changing a character: `splitSentences(t).join('') === t`. White space goes with the
 * sentence before it. East Asian sentences end at 。！？；… with the quotes that close there; others at . ! ? before white
 * space unless an abbreviation, an initial, an ordinal or a following small letter says otherwise. Blank lines and list
 * items end a sentence as well. Intl.Segmenter is not used: it cuts after "Dr." and "No.", and not at ；.
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

/** Where the sentence ends if it ends at position `at`, else `at`. */
function sentenceEnd(text: string, start: number, at: number): number {
  const char = text[at] as string;
  if (char === '\n') return lineEnd(text, at);
  if (EAST_ASIAN_END.test(char)) {
    const end = pass(text, at, (c) => EAST_ASIAN_END.test(c) || WESTERN_END.test(c) || c === '.');
    return pass(
      text,
      pass(text, end, (c) => CLOSER.test(c)),
      (c) => BLANK.test(c),
    );
  }
  if (!WESTERN_END.test(char)) return at;
  const stop = pass(text, at, (c) => WESTERN_END.test(c));
  const closed = pass(text, stop, (c) => CLOSER.test(c));
  const next = pass(text, closed, (c) => BLANK.test(c));
  if (next === text.length) return next;
  if (next === closed || /\p{Ll}/u.test(text[next] as string)) return at;
  if (char === '.' && stop === at + 1 && isAbbreviation(text, start, at, next)) return at;
  return next;
}

/** A blank line or the beginning of a list item ends what stands before it. */
function lineEnd(text: string, at: number): number {
  const next = pass(text, at, (c) => BLANK.test(c));
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

function pass(text: string, from: number, wanted: (char: string) => boolean): number {
  let at = from;
  while (at < text.length && wanted(text[at] as string)) at += 1;
  return at;
}
