import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Fault } from '../../../core/contracts/fault.ts';
import { cudaFolder, PROVIDER } from '../../../core/devices/cuda-libraries.ts';
import { installProvider } from '../../../core/devices/install-cuda.ts';
import { fetchWheel } from '../../../core/hub/python-wheel.ts';
import { fetchedDriver } from '../../../tests/gpu/setup.ts';
import { runCommand, say } from '../../command.ts';
import { minilm } from '../../models/minilm.ts';
import { type ArchivePart, packArchive } from './archive.ts';
import { bundleFiles } from './contents.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const RUN = fileURLToPath(new URL('./run.sh', import.meta.url));
const DEFAULT_OUT = fileURLToPath(new URL('../../results/gpu-bundle', import.meta.url));
/** The one CUDA library that a Python with torch for CUDA 13 does not bring. */
const CURAND = { wheel: 'nvidia-curand', file: 'libcurand.so.10' };
const LEVEL = /^[0-9]$/;

const USAGE = `Packs what a machine without network needs for npm run bench:gpu: xz parts of at most 60 MB, run.sh and SHA256SUMS. For Linux x64.

Usage: npm run bench:bundle -- [options]

  --out DIR      (default: bench/results/gpu-bundle); its earlier parts are replaced
  --cuda         also the CUDA provider (three parts) and libcurand, downloaded with pip if hone doctor --fix cuda has not been run
  --level N      of xz, 0 to 9 (default 6)
  --help

Then, on the other machine: bash run.sh. See docs/gpu.md.
`;

await runCommand(
  USAGE,
  { out: { type: 'string' }, cuda: { type: 'boolean' }, level: { type: 'string' } },
  async (values) => {
    if (process.platform !== 'linux' || process.arch !== 'x64')
      throw new Fault(
        'config',
        `The bundle is for Linux x64, not ${process.platform} ${process.arch}.`,
        'Pack it on Linux x64.',
      );
    const level = Number(values.level ?? 6);
    if (!LEVEL.test(values.level ?? '6'))
      throw new Fault('input', `--level is ${values.level}.`, 'Give a number from 0 to 9.');
    const target = resolve(values.out ?? DEFAULT_OUT);
    await mkdir(target, { recursive: true });
    for (const name of await readdir(target)) if (/\.tar\.xz\.\d+$/.test(name)) await rm(join(target, name));
    await minilm();
    await fetchedDriver();

    const files = bundleFiles(ROOT);
    say(`packing ${files.length} files`);
    const parts = await packArchive(target, 'base', ROOT, files, { level });
    if (values.cuda) parts.push(...(await packCuda(target, level)));
    await writeFile(join(target, 'SHA256SUMS'), parts.map(({ sha256, name }) => `${sha256}  ${name}\n`).join(''));
    await copyFile(RUN, join(target, 'run.sh'));
    describe(parts);
    say('unpacking it in an empty folder, to see that nothing is missing');
    const listed = await unpackAndList(target);
    process.stdout.write(`${target}: ${parts.length} parts, ${listed} parts of the measurement\n`);
  },
);

/** The provider without the copy of the runtime, which run.sh links, and the libraries that are beside it. */
async function packCuda(target: string, level: number): Promise<ArchivePart[]> {
  const folder = cudaFolder();
  if (!Object.keys(PROVIDER.files).every((name) => existsSync(join(folder, name)))) {
    say('downloading the CUDA provider with pip (247 MB)');
    await installProvider(folder, { env: process.env });
  }
  const libraries = join(folder, 'libraries');
  const carried = async () => {
    const paths = await readdir(libraries, { recursive: true }).catch(() => []);
    return paths.filter((path) => /\.so(?:\.\d+)*$/.test(path));
  };
  if (!(await carried()).some((path) => path.endsWith(CURAND.file))) await fetchCurand(libraries);
  const files = [...Object.keys(PROVIDER.files), ...(await carried()).map((path) => join('libraries', path))];
  say(`packing ${files.length} files of CUDA`);
  return packArchive(target, 'cuda', folder, files, { level, inside: '.cache/cuda' });
}

async function fetchCurand(libraries: string): Promise<void> {
  say(`downloading ${CURAND.wheel} with pip`);
  const scratch = await mkdtemp(join(tmpdir(), 'hone-curand-'));
  try {
    const { content } = await fetchWheel(CURAND.wheel, scratch, {
      env: process.env,
      instead: 'Install python3 with pip.',
    });
    const path = (await readdir(content, { recursive: true })).find((one) => one.endsWith(CURAND.file));
    if (!path) throw new Error(`${CURAND.wheel} has no ${CURAND.file}`);
    const folder = join(libraries, 'nvidia', 'curand', 'lib');
    await mkdir(folder, { recursive: true });
    await copyFile(join(content, path), join(folder, CURAND.file));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function describe(parts: readonly ArchivePart[]): void {
  for (const { name, bytes } of parts) say(`${name}  ${(bytes / 1e6).toFixed(1)} MB`);
}

/** @returns How many parts of the measurement the bundle lists, which loads every module that they import. */
async function unpackAndList(target: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'hone-bundle-'));
  try {
    const { PATH } = process.env;
    const options = { cwd: folder, env: { PATH, HOME: folder }, maxBuffer: 1 << 26 };
    const args = [join(target, 'run.sh'), '--unpack', join(folder, 'unpacked'), '--out', join(folder, 'out')];
    const { stdout } = await promisify(execFile)('bash', [...args, '--list'], options);
    return stdout.trim().split('\n').length;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
