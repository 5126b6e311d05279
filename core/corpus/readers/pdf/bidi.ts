/*
 * From the order in which a line is seen to the order in which it is read: the inverse of the Unicode Bidirectional
 * Algorithm (UAX #9) for the lines that occur in documents. Atoms are what a glyph stands for; a ligature is one atom,
 * and its letters are in reading order already.
 */

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const LETTER = /\p{L}/u;
const DIGIT = /\p{Nd}/u;
/** Signs that belong to a number beside them. */
const WITH_NUMBER = /^[%‰°$€£¥#+−]$/u;
/** Separators within a number (class CS), and within a number after a Hebrew letter (class ES). */
const SEPARATOR = /^[.,:/]$/;
const HEBREW_SEPARATOR = /^[-+−]$/u;
/** Units are written after their number, so that "5 GB" in Arabic text is seen as "GB 5". */
const UNIT =
  /^(?:[kKMGTµm]?(?:B|b|bit|W|Wh|V|A|Hz|Pa|N|Nm|J|g|m|l|L|s|bar|Ω)|[cdn]m|mm|°C|°F|°|%|min|ms|rpm|dB|in|ft|lb|psi|kWh?|km\/h|m\/s|USD|EUR)$/;
const MIRRORED: Readonly<Record<string, string>> = Object.fromEntries(
  ['()', '[]', '{}', '<>', '«»', '‹›'].flatMap(([open = '', close = '']) => [
    [open, close],
    [close, open],
  ]),
);

type Kind = 'right' | 'left' | 'number' | 'other';

interface Atom {
  readonly text: string;
  readonly kind: Kind;
}

export function isRightToLeft(text: string): boolean {
  return RIGHT_TO_LEFT.test(text) && LETTER.test(text);
}

/**
 * @param texts the atoms of a line, from left to right.
 * @param base the direction of the paragraph.
 */
export function readingOrder(texts: readonly string[], base: 'left-to-right' | 'right-to-left'): string {
  const atoms = texts.map((text): Atom => ({ text, kind: kindOf(text) }));
  if (!atoms.some(({ kind }) => kind === 'right')) return texts.join('');
  if (base === 'right-to-left') return balanced(atoms);
  let text = '';
  for (let at = 0; at < atoms.length; ) {
    const end = atoms[at]?.kind === 'right' ? endOfRightToLeft(atoms, at) : at + 1;
    text += atoms[at]?.kind === 'right' ? balanced(atoms.slice(at, end)) : (atoms[at]?.text ?? '');
    at = end;
  }
  return text;
}

function kindOf(text: string): Kind {
  if (RIGHT_TO_LEFT.test(text) && (LETTER.test(text) || /\p{M}/u.test(text))) return 'right';
  if (LETTER.test(text)) return 'left';
  return DIGIT.test(text) ? 'number' : 'other';
}

/** The end of the last right-to-left atom that no left-to-right letter separates from the one at `start`. */
function endOfRightToLeft(atoms: readonly Atom[], start: number): number {
  let end = start + 1;
  for (let at = start; at < atoms.length && atoms[at]?.kind !== 'left'; at += 1)
    if (atoms[at]?.kind === 'right') end = at + 1;
  return end;
}

/** Brackets are mirrored if that makes pairs of them: some programs write what is seen, others what is meant. */
function balanced(atoms: readonly Atom[]): string {
  const mirrored = fromTheRight(atoms, (text) => MIRRORED[text] ?? text);
  const kept = fromTheRight(atoms, (text) => text);
  return unbalanced(kept) < unbalanced(mirrored) ? kept : mirrored;
}

function unbalanced(text: string): number {
  let open = 0;
  let wrong = 0;
  for (const char of text) {
    if ('([{«'.includes(char)) open += 1;
    else if (')]}»'.includes(char)) {
      if (open > 0) open -= 1;
      else wrong += 1;
    }
  }
  return wrong + open;
}

/** Reads atoms from right to left, and what is left-to-right among them from left to right. */
function fromTheRight(atoms: readonly Atom[], mirror: (text: string) => string): string {
  let text = '';
  for (let at = atoms.length - 1; at >= 0; ) {
    const { kind, text: own } = atoms[at] as Atom;
    if (kind === 'right' || (kind === 'other' && !opensLeftToRight(atoms, at))) {
      text += mirror(own);
      at -= 1;
      continue;
    }
    const start = startOfLeftToRight(atoms, at);
    text += leftToRight(atoms.slice(start, at + 1), atoms[at + 1], text);
    at = start - 1;
  }
  return text;
}

/** Whether the sign at `at` belongs to a number or word on its left, as in "25%" and "C++". */
function opensLeftToRight(atoms: readonly Atom[], at: number): boolean {
  const own = atoms[at]?.text ?? '';
  const left = atoms[at - 1]?.kind;
  return (
    (WITH_NUMBER.test(own) && left === 'number') || (own === '+' && (left === 'left' || atoms[at - 1]?.text === '+'))
  );
}

function startOfLeftToRight(atoms: readonly Atom[], end: number): number {
  let start = end;
  for (let at = end; at >= 0 && atoms[at]?.kind !== 'right'; at -= 1)
    if (atoms[at]?.kind === 'left' || atoms[at]?.kind === 'number') start = at;
  if (WITH_NUMBER.test(atoms[start - 1]?.text ?? '') && atoms[start]?.kind === 'number') start -= 1;
  return start;
}

/** Text between two right-to-left letters: words from left to right, numbers alone from right to left. */
function leftToRight(atoms: readonly Atom[], _next: Atom | undefined, before: string): string {
  if (!atoms.some(({ kind }) => kind === 'left')) return numbersFromTheRight(atoms, before);
  const text = atoms.map((atom) => atom.text).join('');
  // "GB 5" is "5 GB", and "GB 5 / GB 8" would be two of them.
  const [, unit, number] = /^(\S+) (\S*\p{Nd}\S*)$/u.exec(text) ?? [];
  if (unit !== undefined && number !== undefined && UNIT.test(unit)) return `${number} ${unit}`;
  return text;
}

function numbersFromTheRight(atoms: readonly Atom[], before: string): string {
  const afterHebrew = /\p{Script=Hebrew}\P{L}*$/u.test(before);
  const numbers: string[] = [];
  let open = '';
  for (const [i, { text, kind }] of atoms.entries()) {
    const left = atoms[i - 1]?.kind;
    const right = atoms[i + 1]?.kind;
    const isWithin = left === 'number' && right === 'number';
    const joins =
      kind === 'number' ||
      (WITH_NUMBER.test(text) && (left === 'number' || right === 'number')) ||
      (isWithin && (SEPARATOR.test(text) || (afterHebrew && HEBREW_SEPARATOR.test(text))));
    if (joins) {
      open += text;
      continue;
    }
    numbers.push(open, text);
    open = '';
  }
  return [...numbers, open].reverse().join('');
}
