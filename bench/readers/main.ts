import { resolve } from 'node:path';
import type { Document } from '../../core/contracts/corpus.ts';
import { readCorpus } from '../../core/corpus/readers/read-corpus.ts';
import { findDocuments } from '../../core/corpus/sources/find-documents.ts';
import type { SourceFile } from '../../core/corpus/sources/source-file.ts';
import { runCommand, say } from '../command.ts';
import { dataPath } from '../datasets.ts';
import { saveResult } from '../results.ts';
import { type Comparison, compareTexts } from './compare-texts.ts';
import { type Extract, PEERS, type PeerProgram, setUpPeer } from './peer-programs.ts';

const USAGE = `Compares the text that Hone reads from documents with that of independent programs (${Object.entries(
  PEERS,
)
  .map(([media, { name }]) => `${media}: ${name}`)
  .join(', ')}).

Usage: npm run bench:readers -- [options]

  --documents PATH  a folder or file; may be repeated (default: the folder of the datasets)
  --json            write figures as JSON to stdout instead of the table
  --help

See bench/README.md.
`;

const OPTIONS = { documents: { type: 'string', multiple: true }, json: { type: 'boolean' } } as const;

/** Missing words that are named in the table. */
const NAMED = 8;

/** Documents that the table names, those of which least was found first. */
const LISTED = 20;

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
  const extractors = new Map<PeerProgram, Promise<Extract>>();
  for (const file of files) {
    const document = await read(file);
    const peer = document && PEERS[document.media];
    if (!peer) continue;
    const extractor = extractors.get(peer) ?? setUpPeer(peer, say);
    extractors.set(peer, extractor);
    results.push(compare(document, peer.name, await (await extractor)(file.file, document.media)));
  }
  say(`all figures: ${await saveResult('readers.json', JSON.stringify(results, null, 2))}`);
  process.stdout.write(json ? `${JSON.stringify(results, null, 2)}\n` : table(results));
});

async function read(file: SourceFile): Promise<Document | undefined> {
  const { documents, skipped } = await readCorpus([file]);
  if (!documents[0]) say(`${file.path}: ${skipped[0]?.reason}`);
  return documents[0];
}

function compare(document: Document, peer: string, text: string): Result {
  const { characters, omitted, doubts } = document.reading;
  const all = characters + omitted.reduce((sum, omission) => sum + omission.characters, 0);
  return {
    path: document.path,
    peer,
    omitted: Object.fromEntries(omitted.map((omission) => [omission.reason, omission.characters / all])),
    doubts: doubts.map(({ kind }) => kind),
    ...compareTexts(textOf(document), text),
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
  const listed = results.toSorted((a, b) => a.found - b.found).slice(0, LISTED);
  const rows = listed.map(({ path, peer, words, found, foundLetters, precision, omitted, doubts, missing }) => [
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
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${[...lines, '', ...totals(results)].join('\n')}\n`;
}

/** A line for each peer: all its documents as one. */
function totals(results: readonly Result[]): string[] {
  return [...Map.groupBy(results, ({ peer }) => peer)].map(([peer, own]) => {
    const words = own.reduce((sum, result) => sum + result.words, 0);
    const found = own.reduce((sum, result) => sum + result.words * result.found, 0);
    const whole = own.filter((result) => result.found >= 0.99).length;
    return `${peer}: ${percent(found / words)} of ${words.toLocaleString('en')} words found in ${own.length} documents; at least 99 % in ${whole} of them`;
  });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
