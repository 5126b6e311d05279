/** A piece of text that is never cut further, and its tokens (special tokens not counted). */
export interface Piece {
  readonly text: string;
  readonly tokens: number;
}

/**
 * Packs pieces, in order, into runs of at most `limit` tokens and of about equal length (so that no run is a mere
 * remainder); each run after the first begins with the pieces before it that fit in `overlap` tokens.
 */
export function packSentences(pieces: readonly Piece[], limit: number, overlap: number): Piece[][] {
  const total = pieces.reduce((sum, piece) => sum + piece.tokens, 0);
  const even = total / Math.max(1, Math.ceil(total / Math.max(1, limit - overlap)));
  const runs: Piece[][] = [];
  let run: Piece[] = [];
  let tokens = 0;
  let fresh = 0;
  for (const piece of pieces) {
    if (fresh > 0 && (tokens + piece.tokens > limit || fresh + piece.tokens / 2 > even)) {
      runs.push(run);
      run = tail(run, Math.min(overlap, limit - piece.tokens));
      tokens = run.reduce((sum, repeated) => sum + repeated.tokens, 0);
      fresh = 0;
    }
    run.push(piece);
    tokens += piece.tokens;
    fresh += piece.tokens;
  }
  if (fresh > 0 || runs.length === 0) runs.push(run);
  return runs;
}

function tail(run: readonly Piece[], tokens: number): Piece[] {
  let from = run.length;
  let sum = 0;
  while (from > 0 && sum + (run[from - 1] as Piece).tokens <= tokens) {
    from -= 1;
    sum += (run[from] as Piece).tokens;
  }
  return run.slice(from);
}
