import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Fault } from '../contracts/fault.ts';
import { fetchWheel } from '../hub/python-wheel.ts';
import { hashFile } from '../primitives/hash.ts';
import { PROVIDER, RUNTIME, RUNTIME_VERSION } from './cuda-libraries.ts';

/** Of the wheel whose files are pinned; pip chooses it on any machine, whatever its Python is. */
const SELECTION = ['--platform', 'manylinux_2_28_x86_64', '--python-version', '3.13', '--implementation', 'cp'];

export interface InstallOptions {
  /** Environment of pip. */
  readonly env: NodeJS.ProcessEnv;
  /** Files of the wheel with their SHA-256; default: those of the pinned version. */
  readonly files?: Readonly<Record<string, string>>;
  /** Default: the version of onnxruntime-node. */
  readonly requirement?: string;
}

/**
 * Puts the provider's files and a copy of onnxruntime-node's runtime into a folder, which exists only when complete.
 * @throws Fault as `fetchWheel`; `unavailable` if a file does not have the pinned hash.
 */
export async function installProvider(
  folder: string,
  { env, files = PROVIDER.files, requirement = `${PROVIDER.package}==${RUNTIME_VERSION}` }: InstallOptions,
): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const scratch = await mkdtemp(join(dirname(folder), 'fetch-'));
  try {
    const instead = 'Install python3 with pip, or copy the folder from a machine that has it and set HONE_CUDA to it.';
    const { content } = await fetchWheel(requirement, scratch, { env, selection: SELECTION, instead });
    const draft = join(scratch, 'provider');
    await mkdir(draft);
    for (const [name, sha256] of Object.entries(files)) {
      await rename(join(content, 'onnxruntime', 'capi', name), join(draft, name));
      const actual = await hashFile(join(draft, name));
      if (actual !== sha256)
        throw new Fault(
          'unavailable',
          `${name} in ${requirement} has the SHA-256 ${actual}, not the expected ${sha256}.`,
          'Check where pip downloads from (PIP_INDEX_URL): the file may have been replaced.',
        );
    }
    await copyFile(runtimeFile(), join(draft, RUNTIME));
    // What the user has installed into it stays.
    if (existsSync(join(folder, 'libraries'))) await rename(join(folder, 'libraries'), join(draft, 'libraries'));
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Whether the provider in the folder is complete and has the pinned hashes. */
export async function isProviderIntact(folder: string): Promise<boolean> {
  if (!existsSync(join(folder, RUNTIME))) return false;
  for (const [name, sha256] of Object.entries(PROVIDER.files))
    if (!existsSync(join(folder, name)) || (await hashFile(join(folder, name))) !== sha256) return false;
  return true;
}

function runtimeFile(): string {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  return join(dirname(main), '..', 'bin', 'napi-v6', process.platform, process.arch, RUNTIME);
}
