import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../contracts/fault.ts';
import { runPython } from '../primitives/run-python.ts';

export interface WheelOptions {
  /** Environment of pip. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** Further options of pip, such as `--platform`. */
  readonly selection?: readonly string[];
  /** What to do without Python, as a sentence. */
  readonly instead: string;
}

/**
 * Downloads a wheel with pip, without the packages that it depends on, and unpacks it. It is not installed, and none of
 * its code runs.
 * @param requirement `name` or `name==version`.
 * @param folder An empty folder.
 * @returns The name of the wheel, and the folder with its content.
 * @throws Fault `unavailable` if pip cannot download it, `config` if there is no Python or pip, `input` if the package
 *   does not exist.
 */
export async function fetchWheel(
  requirement: string,
  folder: string,
  options: WheelOptions,
): Promise<{ wheel: string; content: string }> {
  const wheel = await downloadWheel(requirement, folder, options);
  const content = join(folder, 'unpacked');
  await runPython('zipfile', ['-e', join(folder, wheel), content], { signal: options.signal });
  return { wheel, content };
}

async function downloadWheel(
  requirement: string,
  folder: string,
  { env, signal, selection = [], instead }: WheelOptions,
): Promise<string> {
  try {
    // One retry instead of five: what called this tries again, or says that the index cannot be reached.
    const quiet = ['--quiet', '--disable-pip-version-check', '--no-input', '--retries', '1'];
    // Only wheels, because pip would run the set-up script of a source package.
    const rest = ['--no-deps', '--only-binary=:all:', ...selection, '--dest', folder, requirement];
    await runPython('pip', ['download', ...quiet, ...rest], { env, signal });
    const wheel = (await readdir(folder)).find((file) => file.endsWith('.whl'));
    if (wheel !== undefined) return wheel;
    throw new Error('pip downloaded no wheel');
  } catch (error) {
    signal?.throwIfAborted();
    const { code, stderr = '', message } = error as { code?: unknown; stderr?: string; message: string };
    if (code === 'ENOENT' || /No module named pip/.test(stderr)) {
      throw new Fault(
        'config',
        `Downloading the package ${requirement} requires Python with pip, which this machine does not have.`,
        instead,
      );
    }
    const lastLine = stderr.trim().split('\n').at(-1) || message;
    const absent = /No matching distribution/.test(stderr);
    throw new Fault(
      absent ? 'input' : 'unavailable',
      `pip could not download ${requirement}: ${lastLine}`,
      absent
        ? 'Check the package’s name and version, and that pip reaches a package index (PIP_INDEX_URL).'
        : 'Check that pip reaches a package index (PIP_INDEX_URL sets another one).',
      { cause: error },
    );
  }
}
