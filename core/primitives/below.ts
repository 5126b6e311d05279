import { isAbsolute, relative, sep } from 'node:path';

/** How a path lies to a folder: below it, hidden below it (a part of the way there begins with a dot), or elsewhere. */
type Place = 'below' | 'hidden' | 'elsewhere';

/**
 * How a path lies to the folders that may be read; the best of them counts. Hidden files hold keys and settings
 * (`.env`, `.aws/credentials`, `.git`), so they are not readable because their folder is: only if a folder of the list
 * names them. All paths are absolute.
 */
export function placeOf(path: string, folders: readonly string[]): Place {
  const places = folders.map((folder): Place => {
    const way = relative(folder, path).split(sep);
    if (way[0] === '..' || isAbsolute(way[0] ?? '')) return 'elsewhere';
    return way.some((part) => part.startsWith('.')) ? 'hidden' : 'below';
  });
  return places.find((place) => place === 'below') ?? places.find((place) => place === 'hidden') ?? 'elsewhere';
}

/** Whether a path is one of the folders or below one, and not hidden there. */
export function isBelow(path: string, folders: readonly string[]): boolean {
  return placeOf(path, folders) === 'below';
}
