/** What becomes of the matches of a pattern at which text is split, as Python's tokenizers name it. */
export type SplitBehavior = 'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous';

interface Piece {
  text: string;
  readonly isMatch: boolean;
}

/**
 * Splits text at the matches of a pattern.
 * @param pattern with the flag `g`.
 * @param invert whether what is between the matches is treated as the matches.
 */
export function splitPieces(text: string, pattern: RegExp, behavior: SplitBehavior, invert: boolean): string[] {
  const pieces = piecesOf(text, pattern).map((piece) => ({ ...piece, isMatch: piece.isMatch !== invert }));
  if (behavior === 'Removed') return textsOf(pieces.filter(({ isMatch }) => !isMatch));
  if (behavior === 'Isolated') return textsOf(pieces);
  const merged: Piece[] = [];
  const isNext = behavior === 'MergedWithNext';
  let before: boolean | undefined;
  for (const { text: own, isMatch } of isNext ? pieces.toReversed() : pieces) {
    const last = merged.at(-1);
    const joins = behavior === 'Contiguous' ? isMatch === before : isMatch && before === false;
    if (last && joins) last.text = isNext ? own + last.text : last.text + own;
    else merged.push({ text: own, isMatch });
    before = isMatch;
  }
  return textsOf(isNext ? merged.toReversed() : merged);
}

function piecesOf(text: string, pattern: RegExp): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { index, 0: match } of text.matchAll(pattern)) {
    pieces.push({ text: text.slice(at, index), isMatch: false }, { text: match, isMatch: true });
    at = index + match.length;
  }
  pieces.push({ text: text.slice(at), isMatch: false });
  return pieces.filter((piece) => piece.text !== '');
}

function textsOf(pieces: readonly Piece[]): string[] {
  return pieces.map((piece) => piece.text);
}
