import { execFile } from 'node:child_process';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Fault } from '../../core/contracts/fault.ts';

const run = promisify(execFile);
const FOLDER = fileURLToPath(new URL('../../.cache/poppler', import.meta.url));
const MAX_TEXT_BYTES = 2 ** 28;

export type Extractor = (file: string) => Promise<string>;

/**
 * Poppler's `pdftotext -layout`: that of the machine, or one from the packages of Debian or Ubuntu, which are unpacked
 * under `.cache/` and not installed.
 * @throws Fault `config` if there is neither.
 */
export async function setUpPdftotext(say: (line: string) => void): Promise<Extractor> {
  if (await works('pdftotext', process.env)) return (file) => extract('pdftotext', file, process.env);
  if (!(await exists(FOLDER))) await unpack(say);
  const libraries = await readdir(join(FOLDER, 'usr/lib'));
  const env = { ...process.env, LD_LIBRARY_PATH: libraries.map((name) => join(FOLDER, 'usr/lib', name)).join(':') };
  const command = join(FOLDER, 'usr/bin/pdftotext');
  if (await works(command, env)) return (file) => extract(command, file, env);
  throw new Fault('config', `${command} does not run.`, `Delete ${FOLDER}, or install poppler-utils.`);
}

async function extract(command: string, file: string, env: NodeJS.ProcessEnv): Promise<string> {
  const options = { env, maxBuffer: MAX_TEXT_BYTES };
  return (await run(command, ['-q', '-layout', '-enc', 'UTF-8', file, '-'], options)).stdout;
}

async function unpack(say: (line: string) => void): Promise<void> {
  say('downloading pdftotext (some megabytes, only once)');
  const parts = `${FOLDER}.parts`;
  await rm(parts, { recursive: true, force: true });
  await mkdir(join(parts, 'root'), { recursive: true });
  try {
    const { stdout } = await run('apt-get', [
      'install',
      '--print-uris',
      '--yes',
      '--no-install-recommends',
      '--option=Debug::NoLocking=1',
      'poppler-utils',
    ]);
    const packages = [...stdout.matchAll(/^'\S+' (\S+?)_\S+\.deb /gm)].flatMap(([, name]) => name ?? []);
    await run('apt-get', ['download', ...packages], { cwd: parts });
    for (const file of await readdir(parts))
      if (file.endsWith('.deb')) await run('dpkg', ['-x', file, 'root'], { cwd: parts });
  } catch (cause) {
    throw new Fault(
      'config',
      'There is no pdftotext, and its package cannot be downloaded with apt-get.',
      'Install poppler-utils (Debian, Ubuntu) or poppler (Homebrew), so that pdftotext is on the PATH.',
      { cause },
    );
  }
  await rename(join(parts, 'root'), FOLDER);
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
