import { execFile } from 'node:child_process';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Fault } from '../../core/contracts/fault.ts';

const run = promisify(execFile);
const CACHE = fileURLToPath(new URL('../../.cache/debian', import.meta.url));

export interface Program {
  /** Name or path to start it by. */
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
  /** Its `usr/share`, if that is not the system's. */
  readonly share?: string;
}

/**
 * A program of the machine, or one from the packages of Debian or Ubuntu, which are unpacked under `.cache/` and not
 * installed.
 * @param debianPackage The package that has it.
 * @param say Told that something is downloaded.
 * @throws Fault `config` if there is neither.
 */
export async function debianProgram(
  command: string,
  debianPackage: string,
  say: (line: string) => void = () => {},
): Promise<Program> {
  if (await works(command, process.env)) return { command, env: process.env };
  const folder = join(CACHE, debianPackage);
  if (!(await exists(folder))) await unpack(command, debianPackage, folder, say);
  const libraries = await readdir(join(folder, 'usr/lib')).catch(() => []);
  const env = { ...process.env, LD_LIBRARY_PATH: libraries.map((name) => join(folder, 'usr/lib', name)).join(':') };
  const unpacked = join(folder, 'usr/bin', command);
  if (await works(unpacked, env)) return { command: unpacked, env, share: join(folder, 'usr/share') };
  throw new Fault('config', `${unpacked} does not run.`, `Delete ${folder}, or install ${debianPackage}.`);
}

async function unpack(command: string, debianPackage: string, folder: string, say: (line: string) => void) {
  say(`downloading ${command} (only once)`);
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

async function works(command: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  // Each program knows one of them.
  for (const option of ['--version', '-v'])
    if (
      await run(command, [option], { env }).then(
        () => true,
        () => false,
      )
    )
      return true;
  return false;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
