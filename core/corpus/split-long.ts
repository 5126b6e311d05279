/** From the coarsest to the finest place where a sentence may be cut: lines, clauses, words. */
const CUTS: readonly RegExp[] = [/(?<=\n)/, /(?<=[，、：,;:—])/u, /(?<=\s)(?=\S)/];

/**
 * Cuts a sentence that is too long into pieces of at most `limit` tokens without changing a character: at line ends, else
 * at clauses, else between words, else between characters (never inside one). `cost` is a piece's length in tokens; a
 * piece also has at most `maxCharacters`, since a tokenizer may give any long word a single "unknown" token.
 */
export function splitLong(
  text: string,
  limit: number,
  maxCharacters: number,
  cost: (text: string) => number,
  level = 0,
): string[] {
  if (text.length <= maxCharacters && cost(text) <= limit) return [text];
  const cut = CUTS[level];
  if (cut === undefined) return splitCharacters(text, limit, maxCharacters, cost);
  const parts = text.split(cut);
  if (parts.length === 1) return splitLong(text, limit, maxCharacters, cost, level + 1);
  const pieces: string[] = [];
  let open = '';
  let openCost = 0;
  for (const part of parts) {
    const small = part.length <= maxCharacters;
    const partCost = small ? cost(part) : Number.POSITIVE_INFINITY;
    if (openCost + partCost <= limit && open.length + part.length <= maxCharacters) {
      open += part;
      openCost += partCost;
      continue;
    }
    if (open !== '') pieces.push(open);
    open = '';
    openCost = 0;
    if (partCost <= limit) {
      open = part;
      openCost = partCost;
    } else {
      pieces.push(...splitLong(part, limit, maxCharacters, cost, level + 1));
    }
  }
  if (open !== '') pieces.push(open);
  return pieces;
}

function splitCharacters(text: string, limit: number, maxCharacters: number, cost: (text: string) => number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    let length = whole(text, start, Math.min(maxCharacters, text.length - start));
    while (length > 2 && cost(text.slice(start, start + length)) > limit) length = whole(text, start, length >> 1);
    pieces.push(text.slice(start, start + length));
    start += length;
  }
  return pieces;
}

/** `length`, or one more where it would cut a surrogate pair in two. */
function whole(text: string, start: number, length: number): number {
  const last = text.charCodeAt(start + length - 1);
  return last >= 0xd800 && last <= 0xdbff && start + length < text.length ? length + 1 : length;
}
