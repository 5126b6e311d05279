import type { Doubt } from '../../contracts/corpus.ts';
import { sampleOf } from './omitted-text.ts';

/** A text of fewer words or lines is too short to judge. */
const FEWEST = 20;
/** Characters before and after a place that is shown. */
const CONTEXT = 20;

/**
 * Looks for signs that a text is not what people read in the document: characters that could not be decoded, glyphs
 * instead of letters, letters drawn twice, lost spaces, letters on lines of their own.
 */
export function findDoubts(text: string): Doubt[] {
  return [replacementCharacters, presentationForms, doubledLetters, noSpaces, singleLetters].flatMap(
    (find) => find(text) ?? [],
  );
}

function replacementCharacters(text: string): Doubt | undefined {
  const at = text.indexOf('\ufffd');
  return at === -1 ? undefined : { kind: 'replacement-characters', sample: around(text, at) };
}

/** Arabic in the shapes that letters have within words: converters wrote glyphs instead of letters. */
function presentationForms(text: string): Doubt | undefined {
  const at = text.search(/[\ufb50-\ufbb1\ufbd3-\ufd3d\ufe70-\ufefc]{2}/);
  return at === -1 ? undefined : { kind: 'presentation-forms', sample: around(text, at) };
}

/** Words like `WWaarrnniinngg`, which are printed twice for boldness. */
function doubledLetters(text: string): Doubt | undefined {
  const words = text.match(/\p{L}{6,}/gu) ?? [];
  const doubled = words.filter((word) => /^(?:(\p{L})\1)+$/u.test(word) && !/^(.)\1*$/u.test(word));
  return doubled[0] !== undefined && (doubled.length >= 3 || doubled.length * 10 > words.length)
    ? { kind: 'doubled-letters', sample: sampleOf(doubled.slice(0, 3).join(' ')) }
    : undefined;
}

/** Words of scripts that separate words by spaces, without the spaces. */
function noSpaces(text: string): Doubt | undefined {
  const words = text.match(
    /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}]+/gu,
  );
  if (!words) return undefined;
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  const long = words.filter((word) => word.length > 40);
  const lettersInLong = long.reduce((sum, word) => sum + word.length, 0);
  return long[0] !== undefined && lettersInLong > letters / 10
    ? { kind: 'no-spaces', sample: sampleOf(long[0]) }
    : undefined;
}

/** Most lines are a single letter: text that runs from top to bottom, or letters that are placed one by one. */
function singleLetters(text: string): Doubt | undefined {
  const lines = text.split('\n').filter((line) => /\p{L}/u.test(line));
  const single = lines.filter((line) => /^\P{L}*\p{L}\P{L}*$/u.test(line));
  return lines.length >= FEWEST && single.length > lines.length / 2
    ? { kind: 'single-letters', sample: sampleOf(single.slice(0, 12).join(' ')) }
    : undefined;
}

function around(text: string, at: number): string {
  return sampleOf(text.slice(Math.max(0, at - CONTEXT), at + CONTEXT).toWellFormed());
}
