import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * The folders of packages and of all that they depend on, found as Node finds them: in the nearest `node_modules`.
 * Optional and peer dependencies are included where they are installed.
 * @param root Folder with `node_modules`.
 * @returns Relative to `root`, sorted.
 * @throws Error if a dependency is not installed.
 */
export function packageClosure(root: string, names: readonly string[]): string[] {
  const folders = new Set<string>();
  const open = names.map((name) => required(root, root, name));
  for (let folder = open.pop(); folder; folder = open.pop()) {
    if (folders.has(folder)) continue;
    folders.add(folder);
    const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = manifest;
    for (const name of Object.keys({ ...peerDependencies, ...optionalDependencies })) {
      const found = find(root, folder, name);
      if (found) open.push(found);
    }
    // npm lists an optional dependency among the others as well.
    for (const name of Object.keys(dependencies))
      if (!(name in optionalDependencies)) open.push(required(root, folder, name));
  }
  return [...folders].map((folder) => relative(root, folder)).sort();
}

function required(root: string, from: string, name: string): string {
  const found = find(root, from, name);
  if (found) return found;
  throw new Error(`${name}, which ${relative(root, from) || 'the bundle'} depends on, is not installed`);
}

function find(root: string, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === root || folder === dirname(folder)) return undefined;
  }
}
