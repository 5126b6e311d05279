import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const KEPT_STDERR = 2000;

/**
 * Runs a program that reads a job as JSON from stdin and whose last line on stdout is a result as JSON.
 * @param threads For thread pools that read an environment variable (OpenMP, Rayon). Our programs and torch set their
 * own.
 * @throws Error with the end of its stderr if the program fails.
 */
export async function runJson<Result>(
  command: string,
  args: readonly string[],
  job: object,
  threads: number,
  environment = process.env,
): Promise<Result> {
  const env = { ...environment, OMP_NUM_THREADS: `${threads}`, RAYON_NUM_THREADS: `${threads}` };
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    stderr = (stderr + part).slice(-KEPT_STDERR);
  });
  // If the program ends before it has read its job, its exit is reported below.
  child.stdin.on('error', () => {}).end(JSON.stringify(job));
  const [stdout, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code === 0) return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  const how = signal === 'SIGKILL' ? 'was killed, probably out of memory' : `ended with ${signal ?? `code ${code}`}`;
  throw new Error(`${[command, ...args].join(' ')} ${how}.\n${stderr.trim()}`);
}
