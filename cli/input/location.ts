import { stat } from 'node:fs/promises';
import { isAbsolute, resolve, sep } from 'node:path';

/** Whether a location is a URI such as `s3://bucket/key`. */
export function isUri(location: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(location);
}

/** Resolves a path against a folder; a URI is returned as it is. */
export function absolute(location: string, folder: string): string {
  return isUri(location) ? location : resolve(folder, location);
}

/** Resolves a model that looks like a path or is an existing folder. Any other model is a name and stays as it is. */
export async function absoluteModel(model: string, folder: string): Promise<string> {
  const path = resolve(folder, model);
  if (/^\.{0,2}[\\/]/.test(model) || isAbsolute(model)) return path;
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ? path : model;
}

/** The part of a location before its first glob pattern: `/srv/docs` of `/srv/docs/**`; all of it if it has none. */
export function withoutPattern(location: string): string {
  const parts = location.split(sep);
  const first = parts.findIndex((part) => /[*?[{]/.test(part));
  return first < 0 ? location : parts.slice(0, first).join(sep) || sep;
}
