import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { deviceEnvironment } from '../../core/devices/cuda-libraries.ts';

const run = promisify(execFile);
const CACHE = fileURLToPath(new URL('../../.cache/software-vulkan/', import.meta.url));
/** Debian's package of Chromium's shared files (32 MB) has SwiftShader and a Vulkan loader. */
const PACKAGE = 'chromium-common';
const ICD = 'vk_swiftshader_icd.json';
const FILES = [ICD, 'libvk_swiftshader.so', 'libvulkan.so.1'];
const INSTALLED = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];
const FETCHED = join(CACHE, 'driver');

/**
 * Selects a Vulkan driver in software, unless `VK_ICD_FILENAMES` names a driver, `HONE_TEST_GPU=1` selects the GPU of
 * the machine, or `HONE_TEST_DEVICE=cuda` its CUDA provider. Runs before any test process starts: a library path takes
 * effect only when a process starts.
 * @throws Error if there is no such driver and its download fails.
 */
export async function setup(): Promise<void> {
  if (process.env.HONE_TEST_DEVICE === 'cuda') {
    // Matrix products in float32, as on the CPU: CUDA's default is TF32, which has ten bits.
    Object.assign(process.env, await deviceEnvironment('cuda'), { NVIDIA_TF32_OVERRIDE: '0' });
    return;
  }
  if (process.env.HONE_TEST_GPU || process.env.VK_ICD_FILENAMES || process.platform !== 'linux') return;
  Object.assign(process.env, await softwareDriver());
}

/**
 * Environment variables with which a process finds SwiftShader. If no installed browser has it, it is downloaded into
 * `.cache/`; nothing is installed.
 */
async function softwareDriver(): Promise<Record<string, string>> {
  const folder = INSTALLED.find(complete) ?? (await fetchedDriver());
  return {
    VK_ICD_FILENAMES: join(folder, ICD),
    // Dawn loads libvulkan.so.1 by name.
    LD_LIBRARY_PATH: [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
    XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir(),
  };
}

/** The folder of SwiftShader and a Vulkan loader under `.cache/`, downloaded if it is not there. */
export async function fetchedDriver(): Promise<string> {
  return complete(FETCHED) ? FETCHED : fetchDriver();
}

const BY_HAND =
  'Install Chromium, which contains SwiftShader, and libvulkan1, and set VK_ICD_FILENAMES to its vk_swiftshader_icd.json; or set HONE_TEST_GPU=1 on a machine with a GPU.';

const complete = (folder: string) => FILES.every((file) => existsSync(join(folder, file)));

async function fetchDriver(): Promise<string> {
  console.log(`downloading ${PACKAGE} for its Vulkan driver (32 MB, once)`);
  const download = () => run('apt-get', ['download', PACKAGE], { cwd: CACHE });
  try {
    await rm(CACHE, { recursive: true, force: true });
    await mkdir(CACHE, { recursive: true });
    // A new machine has no package lists, and old lists name versions that no longer exist.
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
    // Renamed as the last step, so that the folder exists only when it is complete.
    await rename(join(unpacked, 'driver'), FETCHED);
    await rm(unpacked, { recursive: true });
    return FETCHED;
  } catch (cause) {
    throw new Error(`The GPU tests need a Vulkan driver, and apt could not download ${PACKAGE}. ${BY_HAND}`, {
      cause,
    });
  }
}
