import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../core/contracts/fault.ts';

const DEFAULT = fileURLToPath(new URL('../../shared/data', import.meta.url));

/**
 * A file or folder of the data to measure on: `HONE_BENCH_DATA`, or `../shared/data` beside the repository.
 * @throws Fault `input` if it is not there.
 */
export async function dataPath(name: string): Promise<string> {
  const folder = resolve(process.env.HONE_BENCH_DATA ?? DEFAULT);
  const path = join(folder, name);
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (there) return path;
  throw new Fault(
    'input',
    `There is no ${name} in ${folder}.`,
    'Set HONE_BENCH_DATA to a folder that has it (bench/README.md says what belongs there).',
  );
}
