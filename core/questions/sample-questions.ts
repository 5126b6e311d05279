import type { Chunk } from '../contracts/corpus.ts';
import type { Question } from '../contracts/questions.ts';

/** A passage, and those of its questions that were picked. */
export interface Sampled {
  chunk: Chunk;
  questions: string[];
}

/** Questions from all over the corpus, at even distances, under their passages; as many as there are, at most `count`. */
export function sampleQuestions(questions: readonly Question[], chunks: readonly Chunk[], count: number): Sampled[] {
  const passages = new Map(chunks.map((chunk) => [chunk.id, chunk]));
  const picked = Math.min(count, questions.length);
  const sampled = new Map<string, Sampled>();
  for (let i = 0; i < picked; i++) {
    const { chunkId, text } = questions[Math.floor((i * questions.length) / picked)] as Question;
    const chunk = passages.get(chunkId);
    if (chunk === undefined) continue;
    const entry = sampled.get(chunkId) ?? { chunk, questions: [] };
    entry.questions.push(text);
    sampled.set(chunkId, entry);
  }
  return [...sampled.values()];
}

/** The sample as a page of Markdown that a terminal can print: passages as quotations, without control characters. */
export function sampleAsMarkdown(sampled: readonly Sampled[], total: number): string {
  const shown = sampled.reduce((sum, { questions }) => sum + questions.length, 0);
  const parts = sampled.map(({ chunk: { path, headings, text }, questions }) =>
    [
      `## ${line([path, ...headings].join(' › '))}`,
      '',
      ...text.split(/\r?\n|\r/).map((one) => `> ${line(one)}`.trimEnd()),
      '',
      ...questions.map((question) => `- ${line(question)}`),
    ].join('\n'),
  );
  return `${[`# ${shown} of ${total} questions, each under the passage that answers it`, ...parts].join('\n\n')}\n`;
}

/** An escape sequence in a document must not reach the terminal of whoever reads it; nor a line break a heading. */
function line(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
