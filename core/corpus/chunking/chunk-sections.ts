import type { Section } from '../../contracts/corpus.ts';
import type { TokenCounter } from '../../contracts/model.ts';
import { type Piece, packSentences } from './pack-sentences.ts';
import { splitSentences } from './sentences.ts';
import { splitLong } from './split-long.ts';

export interface Passage {
  readonly headings: readonly string[];
  readonly text: string;
  /** Special tokens included. */
  readonly tokens: number;
}

/** Sections of at most this share of a chunk are put together with their neighbours. */
const TINY_SHARE = 1 / 4;
/** A heading longer than this share of a chunk is not repeated in every chunk of its section. */
const HEADING_SHARE = 1 / 4;
/** Prose has three to five characters to a token; what has more than this is no prose. */
const MAX_CHARACTERS_PER_TOKEN = 16;

interface Measured {
  readonly headings: readonly string[];
  readonly heading: Piece | undefined;
  readonly body: readonly Piece[];
  readonly tokens: number;
}

/** The passages of one document; see `chunkDocuments`. */
export function chunkSections(
  sections: readonly Section[],
  counter: TokenCounter,
  maxTokens: number,
  overlap: number,
): Passage[] {
  const special = counter.count('');
  const limit = Math.max(1, maxTokens - special);
  // A tokenizer may take any long word for one unknown token; a passage of such words must end somewhere all the same.
  const cost = (text: string) => {
    const least = Math.ceil(text.length / MAX_CHARACTERS_PER_TOKEN);
    return least > limit ? least : Math.max(least, counter.count(text) - special);
  };
  const measured = sections.map((section) => measure(section, limit, cost));
  return group(measured, limit).flatMap((members) => {
    const headings = common(members);
    const [only] = members;
    const single = members.length === 1 ? only : undefined;
    const heading = single ? single.heading : headingPiece(headings.at(-1), limit, cost);
    const room = limit - (heading?.tokens ?? 0);
    const pieces = single
      ? single.body
      : members.flatMap((member) =>
          (member.heading && member.headings.length > headings.length ? [member.heading] : []).concat(member.body),
        );
    return packSentences(pieces, room, Math.min(overlap, room >> 1)).flatMap((run) =>
      passagesOf(run, heading, headings, counter, maxTokens),
    );
  });
}

function measure(section: Section, limit: number, cost: (text: string) => number): Measured {
  const heading = headingPiece(section.headings.at(-1), limit, cost);
  const lead = heading === undefined && section.headings.length > 0 ? `${section.headings.at(-1)}\n\n` : '';
  const room = limit - (heading?.tokens ?? 0);
  const body = splitSentences(lead + section.text)
    .flatMap((sentence) => splitLong(sentence, room, cost))
    .map((text) => ({ text, tokens: cost(text) }));
  // What follows in the same chunk must not run into the last sentence.
  const last = body.at(-1);
  if (last) body[body.length - 1] = { text: `${last.text}\n\n`, tokens: last.tokens };
  return {
    headings: section.headings,
    heading,
    body,
    tokens: body.reduce((sum, piece) => sum + piece.tokens, heading?.tokens ?? 0),
  };
}

function headingPiece(text: string | undefined, limit: number, cost: (text: string) => number): Piece | undefined {
  if (text === undefined) return undefined;
  const tokens = cost(text);
  return tokens > limit * HEADING_SHARE ? undefined : { text: `${text}\n\n`, tokens };
}

/** Neighbouring tiny sections under one parent, or a parent's opening words with its children, up to a chunk together. */
function group(sections: readonly Measured[], limit: number): Measured[][] {
  const groups: Measured[][] = [];
  for (const section of sections) {
    const last = groups.at(-1);
    if (last && joins(last, section, limit)) last.push(section);
    else groups.push([section]);
  }
  return groups;
}

function joins(members: readonly Measured[], next: Measured, limit: number): boolean {
  const together = [...members, next];
  if (together.some((member) => member.tokens > limit * TINY_SHARE)) return false;
  const shared = common(together);
  if (together.some((member) => member.headings.length > shared.length + 1)) return false;
  // The shared heading stands above them once more, within the share that a heading may have.
  return together.reduce((sum, member) => sum + member.tokens, limit * HEADING_SHARE) <= limit;
}

function common(members: readonly Measured[]): readonly string[] {
  const [first, ...others] = members.map((member) => member.headings);
  let length = first?.length ?? 0;
  for (const other of others) {
    let same = 0;
    while (same < length && first?.[same] === other[same]) same += 1;
    length = same;
  }
  return first?.slice(0, length) ?? [];
}

/** One passage of a run of pieces, or more where the tokenizer counts them longer together than one by one. */
function passagesOf(
  run: readonly Piece[],
  heading: Piece | undefined,
  headings: readonly string[],
  counter: TokenCounter,
  maxTokens: number,
): Passage[] {
  const body = run
    .map((piece) => piece.text)
    .join('')
    .trim();
  const text = `${heading?.text ?? ''}${body}`.trim();
  if (text === '') return [];
  const tokens = counter.count(text);
  if (tokens <= maxTokens || body.length < 2) return [{ headings, text, tokens }];
  return halves(run).flatMap((half) => passagesOf(half, heading, headings, counter, maxTokens));
}

function halves(run: readonly Piece[]): (readonly Piece[])[] {
  const middle = run.length >> 1;
  if (middle > 0) return [run.slice(0, middle), run.slice(middle)];
  const text = run[0]?.text.trim() ?? '';
  const parts = splitLong(text, text.length >> 1, (part) => part.length);
  return parts.map((part) => [{ text: part, tokens: 0 }]);
}
