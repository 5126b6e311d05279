/** Where a sentence may be cut, from coarse to fine: between lines, clauses, words. */
const CUTS: readonly RegExp[] = [/(?<=\n)/, /(?<=[，、：,;:—])/u, /(?<=\s)(?=\S)/];

/**
 * Cuts a sentence into pieces of at most `limit` tokens: between lines, else clauses, else words, else characters
 * (never inside a surrogate pair). The pieces joined are the sentence.
 * @param cost length of a text in tokens. It must not decrease when text is added.
 */
export function splitLong(text: string, limit: number, cost: (text: string) => number, level = 0): string[] {
  if (cost(text) <= limit) return [text];
  const cut = CUTS[level];
  if (cut === undefined) return splitCharacters(text, limit, cost);
  const pieces: string[] = [];
  let open = '';
  let openCost = 0;
  const close = () => {
    if (open !== '') pieces.push(open);
    open = '';
    openCost = 0;
  };
  for (const part of text.split(cut)) {
    const partCost = cost(part);
    if (openCost + partCost > limit) close();
    if (partCost > limit) {
      pieces.push(...splitLong(part, limit, cost, level + 1));
    } else {
      open += part;
      openCost += partCost;
    }
  }
  close();
  return pieces;
}

function splitCharacters(text: string, limit: number, cost: (text: string) => number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    let fits = 1;
    let tooLong = text.length - start + 1;
    while (tooLong - fits > 1) {
      const middle = (fits + tooLong) >> 1;
      if (cost(text.slice(start, start + wholeCharacters(text, start, middle))) <= limit) fits = middle;
      else tooLong = middle;
    }
    const length = wholeCharacters(text, start, fits);
    pieces.push(text.slice(start, start + length));
    start += length;
  }
  return pieces;
}

/** `length`, or one less if it would cut a surrogate pair; two if the only character is a pair. */
function wholeCharacters(text: string, start: number, length: number): number {
  const last = text.charCodeAt(start + length - 1);
  if (last < 0xd800 || last > 0xdbff) return length;
  return length > 1 ? length - 1 : Math.min(2, text.length - start);
}
