import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What Hone's own package.json says; the file is two folders up in the sources, three in `dist/`. */
function readPackage(): { version: string; engines: { node: string } } | undefined {
  const path = ['../../package.json', '../../../package.json']
    .map((relative) => fileURLToPath(new URL(relative, import.meta.url)))
    .find((candidate) => existsSync(candidate));
  return path === undefined ? undefined : JSON.parse(readFileSync(path, 'utf8'));
}

/** Version of this package. */
export function version(): string {
  return readPackage()?.version ?? 'unknown';
}

export interface NodeVersion {
  /** `24.21.0` */
  running: string;
  /** The oldest that Hone runs on, from `engines` in package.json, which only npm reads: `22.12.0`. */
  needed: string;
  supported: boolean;
}

/** @param running Default: the version of this process. */
export function nodeVersion(running: string = process.versions.node): NodeVersion {
  const needed = readPackage()?.engines.node.replace(/^>=\s*/, '') ?? '0';
  // Numeric collation orders `22.9.0` before `22.12.0`.
  return { running, needed, supported: running.localeCompare(needed, 'en', { numeric: true }) >= 0 };
}
