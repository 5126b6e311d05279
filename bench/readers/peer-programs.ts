import { execFile } from 'node:child_process';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Document } from '../../core/contracts/corpus.ts';
import { Fault } from '../../core/contracts/fault.ts';

const run = promisify(execFile);
const CACHE = fileURLToPath(new URL('../../.cache/readers', import.meta.url));
const MAX_TEXT_BYTES = 2 ** 28;

/** An independent program that extracts the text of some formats. */
export interface PeerProgram {
  /** As the table names it. */
  readonly name: string;
  /** The command, by which it is found on the PATH. */
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

/**
 * The program of the machine, or one from the packages of Debian or Ubuntu, which are unpacked under `.cache/` and not
 * installed.
 * @throws Fault `config` if there is neither.
 */
export async function setUpPeer(peer: PeerProgram, say: (line: string) => void): Promise<Extract> {
  const { command } = peer;
  if (await works(command, process.env)) return (file, media) => extract(command, peer.args(file, media), process.env);
  const folder = join(CACHE, peer.debianPackage);
  if (!(await exists(folder))) await unpack(peer, folder, say);
  const libraries = await readdir(join(folder, 'usr/lib'));
  const env = { ...process.env, LD_LIBRARY_PATH: libraries.map((name) => join(folder, 'usr/lib', name)).join(':') };
  const unpacked = join(folder, 'usr/bin', command);
  if (await works(unpacked, env))
    return (file, media) => extract(unpacked, peer.args(file, media, join(folder, 'usr/share')), env);
  throw new Fault('config', `${unpacked} does not run.`, `Delete ${folder}, or install ${peer.debianPackage}.`);
}

async function extract(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  return (await run(command, args, { env, maxBuffer: MAX_TEXT_BYTES })).stdout;
}

async function unpack({ command, debianPackage }: PeerProgram, folder: string, say: (line: string) => void) {
  say(`downloading ${command} (some megabytes, only once)`);
  const parts = `${folder}.parts`;
  await rm(parts, { recursive: true, force: true });
  await mkdir(join(parts, 'root'), { recursive: true });
  try {
    const { stdout } = await run('apt-get', [
      'install',
      '--print-uris',
      '--yes',
      '--no-install-recommends',
      '--option=Debug::NoLocking=1',
      debianPackage,
    ]);
    const packages = [...stdout.matchAll(/^'\S+' (\S+?)_\S+\.deb /gm)].flatMap(([, name]) => name ?? []);
    await run('apt-get', ['download', ...packages], { cwd: parts });
    for (const file of await readdir(parts))
      if (file.endsWith('.deb')) await run('dpkg', ['-x', file, 'root'], { cwd: parts });
  } catch (cause) {
    throw new Fault(
      'config',
      `There is no ${command}, and its package cannot be downloaded with apt-get.`,
      `Install ${debianPackage}, so that ${command} is on the PATH.`,
      { cause },
    );
  }
  await rename(join(parts, 'root'), folder);
  await rm(parts, { recursive: true });
}

function works(command: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  return run(command, ['-v'], { env }).then(
    () => true,
    () => false,
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
