import { stat } from 'node:fs/promises';
import { isAbsolute, resolve, sep } from 'node:path';

/** `s3://bucket/key` and the like; never made absolute. */
export function isUri(location: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(location);
}

export function absolute(location: string, folder: string): string {
  return isUri(location) ? location : resolve(folder, location);
}

/** A model is a folder if it looks like a path or there is such a folder; otherwise it is a name. */
export async function absoluteModel(model: string, folder: string): Promise<string> {
  const path = resolve(folder, model);
  if (/^\.{0,2}[\\/]/.test(model) || isAbsolute(model)) return path;
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ? path : model;
}

/** The folder or file that a glob starts from: `/srv/docs` of `/srv/docs/**` and so on. A plain path is itself. */
export function withoutPattern(location: string): string {
  const parts = location.split(sep);
  const first = parts.findIndex((part) => /[*?[{]/.test(part));
  return first < 0 ? location : parts.slice(0, first).join(sep) || sep;
}
