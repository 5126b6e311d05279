import type { Chunk } from '../core/contracts/corpus.ts';
import type { WrittenQuestions } from './example.ts';

/**
 * Assigns the written questions to chunks, by document and heading.
 * @param perChunk questions that every chunk has to have.
 * @throws Error that lists all chunks without questions, questions without a chunk, and wrong counts.
 */
export function matchQuestions(
  chunks: readonly Chunk[],
  written: WrittenQuestions,
  perChunk: number,
): Map<Chunk, readonly string[]> {
  const unmatched = new Map<string, readonly string[]>();
  for (const [path, sections] of Object.entries(written)) {
    for (const [heading, questions] of Object.entries(sections)) unmatched.set(place(path, heading), questions);
  }
  const matched = new Map<Chunk, readonly string[]>();
  const faults: string[] = [];
  for (const chunk of chunks) {
    const at = place(chunk.path, chunk.headings.at(-1));
    const questions = unmatched.get(at);
    // If a section was cut into several chunks, the first has taken the questions, and the others are reported.
    if (!questions) faults.push(`no questions for ${at} (“${chunk.text.slice(0, 60)}…”)`);
    else if (questions.length !== perChunk) faults.push(`${questions.length} questions, not ${perChunk}, for ${at}`);
    else matched.set(chunk, questions);
    unmatched.delete(at);
  }
  for (const at of unmatched.keys()) faults.push(`no chunk for the questions under ${at}`);
  if (faults.length > 0) throw new Error(`The questions do not fit the documents:\n  ${faults.join('\n  ')}`);
  return matched;
}

function place(path: string, heading: string | undefined): string {
  return `${path} > ${heading ?? '(no heading)'}`;
}
