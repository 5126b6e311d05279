import { resolve } from 'node:path';
import type { Document } from '../../core/contracts/corpus.ts';
import { readCorpus } from '../../core/corpus/readers/read-corpus.ts';
import { findDocuments } from '../../core/corpus/sources/find-documents.ts';
import type { SourceFile } from '../../core/corpus/sources/source-file.ts';
import { runCommand, say } from '../command.ts';
import { dataPath } from '../datasets.ts';
import { saveResult } from '../results.ts';
import { type Comparison, compareTexts } from './compare-texts.ts';
import { type Extractor, setUpPdftotext } from './poppler.ts';

/** The formats that are compared, each with an independent program that reads it. */
const PEERS: Partial<
  Record<Document['media'], { name: string; setUp: (say: (line: string) => void) => Promise<Extractor> }>
> = {
  pdf: { name: 'pdftotext -layout', setUp: setUpPdftotext },
};

const USAGE = `Compares the text that Hone reads from documents with that of independent programs: ${Object.values(
  PEERS,
)
  .map(({ name }) => name)
  .join(', ')}.

Usage: npm run bench:readers -- [options]

  --documents PATH  a folder or file; may be repeated (default: the folder of the datasets)
  --json            write figures as JSON to stdout instead of the table
  --help

See bench/README.md.
`;

const OPTIONS = { documents: { type: 'string', multiple: true }, json: { type: 'boolean' } } as const;

/** Missing words that are named in the table. */
const NAMED = 8;

interface Result extends Comparison {
  readonly path: string;
  readonly peer: string;
  /** Share of the letters and digits of the document that was left out, by reason. */
  readonly omitted: Readonly<Record<string, number>>;
  readonly doubts: readonly string[];
}

await runCommand(USAGE, OPTIONS, async ({ documents = [], json }) => {
  const locations = documents.length > 0 ? documents.map((path) => resolve(path)) : [await dataPath('.')];
  const { files } = await findDocuments(locations, { roots: locations, base: process.cwd() });
  const results: Result[] = [];
  for (const [media, peer] of Object.entries(PEERS)) {
    const own = files.filter(({ path }) => path.toLowerCase().endsWith(`.${media}`));
    if (own.length === 0) continue;
    const extract = await peer.setUp(say);
    for (const file of own) {
      const result = await compare(file, peer.name, extract);
      if (result) results.push(result);
    }
  }
  say(`all figures: ${await saveResult('readers.json', JSON.stringify(results, null, 2))}`);
  process.stdout.write(json ? `${JSON.stringify(results, null, 2)}\n` : table(results));
});

async function compare(file: SourceFile, peer: string, extract: Extractor): Promise<Result | undefined> {
  say(`reading ${file.path}`);
  const { documents, skipped } = await readCorpus([file]);
  const [document] = documents;
  if (!document) {
    say(`${file.path}: ${skipped[0]?.reason}`);
    return undefined;
  }
  const { characters, omitted, doubts } = document.reading;
  const all = characters + omitted.reduce((sum, omission) => sum + omission.characters, 0);
  return {
    path: file.path,
    peer,
    omitted: Object.fromEntries(omitted.map((omission) => [omission.reason, omission.characters / all])),
    doubts: doubts.map(({ kind }) => kind),
    ...compareTexts(textOf(document), await extract(file.file)),
  };
}

/** The text with each heading once. */
function textOf({ sections }: Document): string {
  let path: readonly string[] = [];
  return sections
    .flatMap(({ headings, text }) => {
      const common = headings.findIndex((heading, i) => heading !== path[i]);
      path = headings;
      return [...(common === -1 ? [] : headings.slice(common)), text];
    })
    .join('\n');
}

function table(results: readonly Result[]): string {
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const rows = results.map(({ path, peer, words, found, foundLetters, precision, omitted, doubts, missing }) => [
    path,
    peer,
    words.toLocaleString('en'),
    percent(found),
    percent(foundLetters),
    Object.entries(omitted)
      .map(([reason, share]) => `${reason} ${percent(share)}`)
      .join(', '),
    percent(Math.max(0, 1 - foundLetters - Object.values(omitted).reduce((sum, share) => sum + share, 0))),
    percent(precision),
    doubts.join(', '),
    missing
      .slice(0, NAMED)
      .map(([word, count]) => `${word} ${count}`)
      .join(', '),
  ]);
  const head = [
    'document',
    'peer',
    'words',
    'found',
    'of letters',
    'left out',
    'unexplained',
    'precision',
    'doubts',
    'missing most',
  ];
  return `${[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}
