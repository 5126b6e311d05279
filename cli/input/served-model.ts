import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '../../core/artifacts/open-store.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { NamedRelease } from '../../core/contracts/release.ts';
import { pullModel } from '../../core/hub/pull-model.ts';
import { findRelease } from '../../core/release/find-release.ts';
import { publishedNames } from '../../core/release/registry.ts';
import { releaseFolder } from '../../core/release/release-folder.ts';
import type { Settings } from '../../workers/settings.ts';
import { localPath } from '../output/result.ts';
import { absoluteModel, isUri } from './location.ts';

/** A model that somebody else serves. */
export interface ServedModel {
  /** For people: `handbook v3`, or the folder as it was given. */
  readonly name: string;
  /** Folder on this machine. */
  readonly folder: string;
  /** The published version, and the store that holds it; absent for any other model. */
  readonly published?: { readonly release: NamedRelease; readonly store: ArtifactStore };
}

/**
 * Finds a model: a published name (`handbook`, `handbook@2`), a folder, or a name that `pullModel` takes.
 * @param name Default: the published name, if there is one alone.
 * @throws Fault `input` if there is no such model.
 */
export async function findServedModel(
  name: string | undefined,
  settings: Pick<Settings, 'store' | 'models'>,
  cwd: string,
  signal?: AbortSignal,
): Promise<ServedModel> {
  if (name !== undefined && (name.includes('/') || name.includes(':') || (await isFolder(name, cwd))))
    return { name, folder: await pulledFolder(name, settings.models, cwd, signal) };
  return findPublishedModel(name ?? (await onlyName(await openStore(settings.store))), settings, signal);
}

/** A published model, by a reference as `findRelease` takes it. @throws Fault `input`, or `lost` if it is not there */
export async function findPublishedModel(
  reference: string,
  { store: uri, models }: Pick<Settings, 'store' | 'models'>,
  signal?: AbortSignal,
): Promise<Required<ServedModel>> {
  const store = await openStore(uri);
  const release = await findRelease(store, reference);
  const folder = await folderOf(release, store, models, signal);
  return { name: `${release.name} v${release.version}`, folder, published: { release, store } };
}

/** The folder of a published model; downloaded if the store is a bucket. @throws Fault `lost` if it is not there. */
async function folderOf(
  { name, model, version }: NamedRelease,
  store: ArtifactStore,
  models: string,
  signal?: AbortSignal,
): Promise<string> {
  const uri = `${store.uri}/${releaseFolder(name, model)}`;
  if (uri.startsWith('s3://')) return fetched(uri, models, signal);
  const folder = localPath(uri);
  if (await stat(folder).catch(() => undefined)) return folder;
  const advice = `Publish it again, or give another version (${name}@VERSION).`;
  throw new Fault('lost', `The folder of ${name} v${version}, ${folder}, is not there.`, advice);
}

async function pulledFolder(name: string, models: string, cwd: string, signal?: AbortSignal): Promise<string> {
  if (name.startsWith('s3://')) return fetched(name, models, signal);
  return (await pullModel(await absoluteModel(name, cwd), { cache: models, baseDir: cwd, signal })).folder;
}

async function fetched(uri: string, models: string, signal?: AbortSignal): Promise<string> {
  const { fetchFolder } = await import('../../core/artifacts/s3/fetch-folder.ts');
  return fetchFolder(uri, join(models, 's3'), signal);
}

async function isFolder(name: string, cwd: string): Promise<boolean> {
  if (isUri(name)) return false;
  return (await stat(await absoluteModel(name, cwd)).catch(() => undefined))?.isDirectory() ?? false;
}

/** @throws Fault `input` if nothing or several names are published. */
async function onlyName(store: ArtifactStore): Promise<string> {
  const names = await publishedNames(store);
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  const message =
    names.length === 0 ? `Nothing is published in ${store.uri}.` : `Several models are published: ${names.join(', ')}.`;
  throw new Fault('input', message, 'Name the model with --model: a published name, or a folder.');
}
