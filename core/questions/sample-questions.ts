import type { Chunk } from '../contracts/corpus.ts';
import type { Question } from '../contracts/questions.ts';

/** A passage and the sampled questions about it. */
export interface SampledPassage {
  chunk: Chunk;
  questions: string[];
}

/** At most `count` questions, spread evenly over the corpus, grouped by passage. */
export function sampleQuestions(
  questions: readonly Question[],
  chunks: readonly Chunk[],
  count: number,
): SampledPassage[] {
  const passages = new Map(chunks.map((chunk) => [chunk.id, chunk]));
  const picked = Math.min(count, questions.length);
  const sampled = new Map<string, SampledPassage>();
  for (let i = 0; i < picked; i++) {
    const question = questions[Math.floor((i * questions.length) / picked)];
    const chunk = question && passages.get(question.chunkId);
    if (!chunk) continue;
    const entry = sampled.get(chunk.id) ?? { chunk, questions: [] };
    entry.questions.push(question.text);
    sampled.set(chunk.id, entry);
  }
  return [...sampled.values()];
}

/** The sample as Markdown that is safe to print in a terminal: passages as quotes, without control characters. */
export function sampleAsMarkdown(sampled: readonly SampledPassage[], total: number): string {
  const shown = sampled.reduce((sum, { questions }) => sum + questions.length, 0);
  const parts = sampled.map(({ chunk: { path, headings, text }, questions }) =>
    [
      `## ${oneLine([path, ...headings].join(' › '))}`,
      '',
      ...text.split(/\r?\n|\r/).map((one) => `> ${oneLine(one)}`.trimEnd()),
      '',
      ...questions.map((question) => `- ${oneLine(question)}`),
    ].join('\n'),
  );
  return `${[`# ${shown} of ${total} questions, each under the passage that answers it`, ...parts].join('\n\n')}\n`;
}

/** A passage of a sample, as `sampleAsMarkdown` wrote it. */
export interface ReadSample {
  /** Questions that the sample was taken of. */
  readonly total: number;
  readonly shown: number;
  readonly passages: readonly { readonly source: string; readonly text: string; readonly questions: string[] }[];
}

/** Reads what `sampleAsMarkdown` wrote. Every line of a passage or question begins with what it is. */
export function readSample(markdown: string): ReadSample {
  const [, shown, total] = /^# (\d+) of (\d+) questions/.exec(markdown) ?? [];
  const passages = markdown.split('\n## ').slice(1);
  return {
    total: Number(total ?? 0),
    shown: Number(shown ?? 0),
    passages: passages.map((passage) => {
      const [source = '', ...lines] = passage.split('\n');
      const begun = (mark: string) => lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(2));
      return { source, text: begun('>').join('\n'), questions: begun('- ') };
    }),
  };
}

/** Replaces control characters: no escape sequence of a document reaches the terminal, and no line break a heading. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
