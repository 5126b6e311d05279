import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../core/contracts/fault.ts';

const DEFAULT = fileURLToPath(new URL('../../shared/data', import.meta.url));

/**
 * The path of a file or folder in the folder of the datasets: `HONE_BENCH_DATA`, or `../shared/data` beside the
 * repository.
 * @throws Fault `input` if it does not exist.
 */
export async function dataPath(name: string): Promise<string> {
  const folder = resolve(process.env.HONE_BENCH_DATA ?? DEFAULT);
  const path = join(folder, name);
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists) return path;
  throw new Fault(
    'input',
    `There is no ${name} in ${folder}.`,
    'Set HONE_BENCH_DATA to a folder that contains it (bench/README.md describes the datasets).',
  );
}
