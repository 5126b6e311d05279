import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pipEnvironment } from './child-environment.ts';

export interface PythonOptions {
  /** Of which only what pip reads is passed on. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds. Default: none. */
  readonly timeout?: number | undefined;
}

/**
 * Runs a module of the machine's Python, such as pip, to its end.
 *
 * Python looks for modules in its working directory first, which may be a folder of documents: a `pip.py` there would
 * run as pip. So Python is isolated (`-I`: no working directory, no `PYTHONPATH`, no packages of the user), starts in
 * an empty directory, and gets no variable that pip does not read.
 * @throws the error of `execFile`, with `code` and `stderr`.
 */
export async function runPython(
  module: 'pip' | 'zipfile',
  args: readonly string[],
  { env, signal, timeout }: PythonOptions = {},
): Promise<void> {
  const cwd = await mkdtemp(join(tmpdir(), 'hone-python-'));
  try {
    await promisify(execFile)('python3', ['-I', '-m', module, ...args], {
      cwd,
      env: pipEnvironment(env),
      ...(signal && { signal }),
      ...(timeout !== undefined && { timeout }),
    });
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}
