import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = fileURLToPath(new URL('../../.cache/software-vulkan/', import.meta.url));
/** SwiftShader is a part of Chromium, and so is a Vulkan loader; Debian has both in this package (32 MB). */
const PACKAGE = 'chromium-common';
const ICD = 'vk_swiftshader_icd.json';
const FILES = [ICD, 'libvk_swiftshader.so', 'libvulkan.so.1'];
const INSTALLED = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];
const FETCHED = join(CACHE, 'driver');

/** The environment in which a process finds SwiftShader, which is fetched if it is nowhere: into `.cache/`, nothing is installed. */
export async function driver(): Promise<Record<string, string>> {
  const folder = [...INSTALLED, FETCHED].find(complete) ?? (await fetchDriver());
  return {
    VK_ICD_FILENAMES: join(folder, ICD),
    // Dawn looks for libvulkan.so.1 by its name.
    LD_LIBRARY_PATH: [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
    XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir(),
  };
}

const BY_HAND =
  'Install Chromium (it brings SwiftShader) and libvulkan1, and set VK_ICD_FILENAMES to its vk_swiftshader_icd.json; or set HONE_TEST_GPU=1 where there is a GPU.';

const complete = (folder: string) => FILES.every((file) => existsSync(join(folder, file)));

async function fetchDriver(): Promise<string> {
  console.log(`fetching ${PACKAGE} for its Vulkan driver (32 MB, once)`);
  const download = () => run('apt-get', ['download', PACKAGE], { cwd: CACHE });
  try {
    await rm(CACHE, { recursive: true, force: true });
    await mkdir(CACHE, { recursive: true });
    // A fresh machine has no lists yet, and old ones name packages that are gone.
    await download().catch(async () => {
      await run('apt-get', ['update']);
      await download();
    });
    for (const file of await readdir(CACHE)) {
      await run('dpkg', ['-x', file, 'package'], { cwd: CACHE });
      await rm(join(CACHE, file));
    }
    const unpacked = join(CACHE, 'package');
    await mkdir(join(unpacked, 'driver'));
    for (const file of FILES) await rename(join(unpacked, 'usr/lib/chromium', file), join(unpacked, 'driver', file));
    // Last, so that a driver that is there is whole.
    await rename(join(unpacked, 'driver'), FETCHED);
    await rm(unpacked, { recursive: true });
    return FETCHED;
  } catch (cause) {
    throw new Error(`These tests need a Vulkan driver, and ${PACKAGE} could not be had from apt. ${BY_HAND}`, {
      cause,
    });
  }
}
