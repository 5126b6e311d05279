import { execFile } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Fault } from '../../core/contracts/fault.ts';

const run = promisify(execFile);
const VENV = fileURLToPath(new URL('../../.cache/interop-venv', import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));
/** A copy of the requirements that were installed. */
const INSTALLED = `${VENV}/requirements.txt`;
const GIVEN = process.env.HONE_BENCH_PYTHON;

/**
 * A Python with torch and sentence-transformers: `HONE_BENCH_PYTHON`, or that of the environment that `setUpPython`
 * creates.
 */
export const PYTHON = GIVEN ?? `${VENV}/bin/python`;

/**
 * Installs `requirements.txt` under `.cache/`, unless it is installed already. The first time takes minutes, as torch
 * has gigabytes. Used by the benchmarks and the interoperability tests.
 * @throws Fault `config` if `HONE_BENCH_PYTHON` lacks a package.
 */
export async function setUpPython(say: (line: string) => void): Promise<void> {
  if (GIVEN) return check(GIVEN);
  const [wanted, installed] = await Promise.all([
    readFile(REQUIREMENTS, 'utf8'),
    readFile(INSTALLED, 'utf8').catch(() => ''),
  ]);
  if (wanted === installed) return;
  say('installing torch and sentence-transformers (gigabytes; some minutes, only once)');
  await run('python3', ['-m', 'venv', VENV]);
  await run(PYTHON, ['-m', 'pip', 'install', '--quiet', '-r', REQUIREMENTS], { maxBuffer: 1 << 26 });
  await copyFile(REQUIREMENTS, INSTALLED);
}

async function check(python: string): Promise<void> {
  await run(python, ['-c', 'import torch, sentence_transformers, datasets, accelerate']).catch((cause) => {
    throw new Fault(
      'config',
      `HONE_BENCH_PYTHON (${python}) cannot import torch, sentence-transformers, datasets and accelerate.`,
      `Install ${REQUIREMENTS} into it, or unset the variable, so that an environment is created.`,
      { cause },
    );
  });
}
