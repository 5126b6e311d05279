import type { Chunk } from '../core/contracts/corpus.ts';
import type { WrittenQuestions } from './example.ts';

/**
 * Gives every chunk the questions written for its document and heading.
 * @param perChunk how many each must have.
 * @throws Error listing every chunk without questions, every entry without a chunk, and every wrong count.
 */
export function matchQuestions(
  chunks: readonly Chunk[],
  written: WrittenQuestions,
  perChunk: number,
): Map<Chunk, readonly string[]> {
  const open = new Map<string, readonly string[]>();
  for (const [path, sections] of Object.entries(written)) {
    for (const [heading, questions] of Object.entries(sections)) open.set(place(path, heading), questions);
  }
  const matched = new Map<Chunk, readonly string[]>();
  const faults: string[] = [];
  for (const chunk of chunks) {
    const at = place(chunk.path, chunk.headings.at(-1));
    const questions = open.get(at);
    // A section cut in two finds its questions taken: they can belong to one chunk only.
    if (!questions) faults.push(`no questions for ${at} (“${chunk.text.slice(0, 60)}…”)`);
    else if (questions.length !== perChunk) faults.push(`${questions.length} questions, not ${perChunk}, for ${at}`);
    else matched.set(chunk, questions);
    open.delete(at);
  }
  for (const at of open.keys()) faults.push(`no chunk for the questions under ${at}`);
  if (faults.length > 0) throw new Error(`The questions do not fit the documents:\n  ${faults.join('\n  ')}`);
  return matched;
}

function place(path: string, heading: string | undefined): string {
  return `${path} > ${heading ?? '(no heading)'}`;
}
