import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Document } from '../../core/contracts/corpus.ts';
import { debianProgram } from '../../tests/harness/debian-program.ts';

const run = promisify(execFile);
const MAX_TEXT_BYTES = 2 ** 28;

/** An independent program that extracts the text of some formats. */
export interface PeerProgram {
  /** As the table names it. */
  readonly name: string;
  readonly command: string;
  /** The package of Debian and Ubuntu that has it. */
  readonly debianPackage: string;
  /** Arguments that write the text of `file` to stdout. `share` is the `usr/share` folder, if not the system's. */
  args(file: string, media: Document['media'], share?: string): string[];
}

const PDFTOTEXT: PeerProgram = {
  name: 'pdftotext -layout',
  command: 'pdftotext',
  debianPackage: 'poppler-utils',
  args: (file) => ['-q', '-layout', '-enc', 'UTF-8', file, '-'],
};

/** What pandoc calls the formats of Hone that it reads. */
const PANDOC_FORMATS: Partial<Record<Document['media'], string>> = {
  md: 'markdown',
  html: 'html',
  docx: 'docx',
  epub: 'epub',
  rst: 'rst',
  ipynb: 'ipynb',
};

const PANDOC: PeerProgram = {
  name: 'pandoc --to plain',
  command: 'pandoc',
  debianPackage: 'pandoc',
  args: (file, media, share) => [
    ...(share ? [`--data-dir=${join(share, 'pandoc/data')}`] : []),
    ...['--from', PANDOC_FORMATS[media] as string, '--to', 'plain', '--wrap', 'none', file],
  ],
};

/** The program that each format is compared with. */
export const PEERS: Partial<Record<Document['media'], PeerProgram>> = {
  pdf: PDFTOTEXT,
  ...Object.fromEntries(Object.keys(PANDOC_FORMATS).map((media) => [media, PANDOC])),
};

export type Extract = (file: string, media: Document['media']) => Promise<string>;

/** @throws Fault as `debianProgram`. */
export async function setUpPeer(peer: PeerProgram, say: (line: string) => void): Promise<Extract> {
  const { command, env, share } = await debianProgram(peer.command, peer.debianPackage, say);
  return async (file, media) =>
    (await run(command, peer.args(file, media, share), { env, maxBuffer: MAX_TEXT_BYTES })).stdout;
}
