/** A piece of text that is not cut further. */
export interface Piece {
  readonly text: string;
  /** Without special tokens. */
  readonly tokens: number;
  /** Header rows of the table that this row belongs to, to be repeated where a run begins with it. */
  readonly header?: Piece;
}

/**
 * Packs pieces, in order, into runs of at most `limit` tokens. Runs have about equal lengths, so that the last one is
 * not a short remainder. Each run after the first begins with the last pieces of the run before, up to `overlap`
 * tokens. A run that begins with rows of a table begins with the header rows of the table, if they fit.
 */
export function packSentences(pieces: readonly Piece[], limit: number, overlap: number): Piece[][] {
  const total = pieces.reduce((sum, piece) => sum + piece.tokens, 0);
  const target = total / Math.max(1, Math.ceil(total / Math.max(1, limit - overlap)));
  const runs: Piece[][] = [];
  let run: Piece[] = [];
  let tokens = 0;
  /** Tokens of the run without the overlap. */
  let added = 0;
  for (const piece of pieces) {
    if (added > 0 && (tokens + piece.tokens > limit || added + piece.tokens / 2 > target)) {
      runs.push(run);
      run = withHeader(lastPieces(run, Math.min(overlap, limit - piece.tokens)), piece, limit);
      tokens = run.reduce((sum, repeated) => sum + repeated.tokens, 0);
      added = 0;
    }
    run.push(piece);
    tokens += piece.tokens;
    added += piece.tokens;
  }
  if (added > 0 || runs.length === 0) runs.push(run);
  return runs;
}

/** A run that `next` is added to, with the header rows before its first row. */
export function withHeader(run: readonly Piece[], next: Piece, limit: number): Piece[] {
  const { header } = run[0] ?? next;
  if (header === undefined || run.includes(header)) return [...run];
  const tokens = run.reduce((sum, piece) => sum + piece.tokens, header.tokens + next.tokens);
  return tokens <= limit ? [header, ...run] : [...run];
}

function lastPieces(run: readonly Piece[], tokens: number): Piece[] {
  let from = run.length;
  let sum = 0;
  while (from > 0 && sum + (run[from - 1] as Piece).tokens <= tokens) {
    from -= 1;
    sum += (run[from] as Piece).tokens;
  }
  return run.slice(from);
}
