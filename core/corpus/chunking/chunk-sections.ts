import type { Section } from '../../contracts/corpus.ts';
import type { TokenCounter } from '../../contracts/model.ts';
import { type Piece, packSentences, withHeader } from './pack-sentences.ts';
import { splitSentences } from './sentences.ts';
import { splitLong } from './split-long.ts';
import { partsOf, tableRows } from './table-rows.ts';

export interface Passage {
  readonly headings: readonly string[];
  readonly text: string;
  /** Including special tokens. */
  readonly tokens: number;
}

/** Sections of at most this share of a chunk may be put together with their neighbours. */
const TINY_SHARE = 1 / 4;
/** A heading longer than this share of a chunk is not repeated in every chunk of its section. */
const HEADING_SHARE = 1 / 4;
/** Prose has three to five characters per token. Text with more than this per token is not prose. */
const MAX_CHARACTERS_PER_TOKEN = 16;

interface MeasuredSection {
  readonly headings: readonly string[];
  /** The innermost heading; undefined if there is none, or if it is too long to be repeated. */
  readonly heading: Piece | undefined;
  readonly body: readonly Piece[];
  /** Of heading and body, without special tokens. */
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
  // A tokenizer may count any long word as one unknown token. The length limit applies to such words too.
  const countTokens = (text: string) => {
    const least = Math.ceil(text.length / MAX_CHARACTERS_PER_TOKEN);
    return least > limit ? least : Math.max(least, counter.count(text) - special);
  };
  const measured = sections.map((section) => measure(section, limit, countTokens));
  return groupTinySections(measured, limit).flatMap((members) => {
    const headings = commonHeadings(members);
    const [only] = members;
    const single = members.length === 1 ? only : undefined;
    const heading = single ? single.heading : headingPiece(headings.at(-1), limit, countTokens);
    const bodyLimit = limit - (heading?.tokens ?? 0);
    const pieces = single
      ? single.body
      : members.flatMap((member) =>
          (member.heading && member.headings.length > headings.length ? [member.heading] : []).concat(member.body),
        );
    return packSentences(pieces, bodyLimit, Math.min(overlap, bodyLimit >> 1)).flatMap((run) =>
      passagesOf(run, heading, headings, counter, maxTokens),
    );
  });
}

function measure(section: Section, limit: number, countTokens: (text: string) => number): MeasuredSection {
  const heading = headingPiece(section.headings.at(-1), limit, countTokens);
  // A heading that is too long to be repeated stands once, before the text.
  const prefix = heading === undefined && section.headings.length > 0 ? `${section.headings.at(-1)}\n\n` : '';
  const bodyLimit = limit - (heading?.tokens ?? 0);
  const pieces = (text: string) =>
    splitLong(text, bodyLimit, countTokens).map((part) => ({ text: part, tokens: countTokens(part) }));
  const body = [
    ...splitSentences(prefix).flatMap(pieces),
    ...partsOf(section).flatMap((part) =>
      part.table ? tableRows(part.text, part.table, pieces) : splitSentences(part.text).flatMap(pieces),
    ),
  ];
  // A blank line separates the section from a following one in the same chunk.
  const last = body.at(-1);
  if (last) body[body.length - 1] = { ...last, text: `${last.text}\n\n` };
  return {
    headings: section.headings,
    heading,
    body,
    tokens: body.reduce((sum, piece) => sum + piece.tokens, heading?.tokens ?? 0),
  };
}

function headingPiece(
  text: string | undefined,
  limit: number,
  countTokens: (text: string) => number,
): Piece | undefined {
  if (text === undefined) return undefined;
  const tokens = countTokens(text);
  return tokens > limit * HEADING_SHARE ? undefined : { text: `${text}\n\n`, tokens };
}

/**
 * Groups neighbouring tiny sections that fit in one chunk and are children of the same heading; the introduction of
 * that heading may belong to the group. Every other section is a group of its own.
 */
function groupTinySections(sections: readonly MeasuredSection[], limit: number): MeasuredSection[][] {
  const groups: MeasuredSection[][] = [];
  for (const section of sections) {
    const last = groups.at(-1);
    if (last && canJoin(last, section, limit)) last.push(section);
    else groups.push([section]);
  }
  return groups;
}

function canJoin(members: readonly MeasuredSection[], next: MeasuredSection, limit: number): boolean {
  const together = [...members, next];
  if (together.some((member) => member.tokens > limit * TINY_SHARE)) return false;
  const shared = commonHeadings(together);
  if (together.some((member) => member.headings.length > shared.length + 1)) return false;
  // The chunk begins with the shared heading, which takes at most HEADING_SHARE.
  return together.reduce((sum, member) => sum + member.tokens, limit * HEADING_SHARE) <= limit;
}

/** The longest heading path that all members begin with. */
function commonHeadings(members: readonly MeasuredSection[]): readonly string[] {
  const [first, ...others] = members.map((member) => member.headings);
  let length = first?.length ?? 0;
  for (const other of others) {
    let same = 0;
    while (same < length && first?.[same] === other[same]) same += 1;
    length = same;
  }
  return first?.slice(0, length) ?? [];
}

/**
 * A run of pieces as one passage, or as several if the tokenizer counts more tokens for the run than for its pieces.
 */
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
  if (middle > 0) {
    const [first, ...others] = run.slice(middle) as [Piece, ...Piece[]];
    // The second half is shorter than the run with the header, too, so that halving comes to an end.
    const header = middle > 1 ? withHeader([], first, Number.POSITIVE_INFINITY) : [];
    return [run.slice(0, middle), [...header, first, ...others]];
  }
  const text = run[0]?.text.trim() ?? '';
  const parts = splitLong(text, text.length >> 1, (part) => part.length);
  return parts.map((part) => [{ text: part, tokens: 0 }]);
}
