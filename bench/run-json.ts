import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const KEPT_STDERR = 2000;

/**
 * Runs a program that reads a job as JSON on stdin and ends with one line of JSON on stdout.
 * @param threads Told to the thread pools that heed such variables (OpenMP, Rayon); ours and torch's are set by their programs.
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
  // A program that dies before it has read its job says why by its exit.
  child.stdin.on('error', () => {}).end(JSON.stringify(job));
  const [stdout, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code === 0) return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  const how =
    signal === 'SIGKILL' ? 'was killed, most likely for its memory' : `ended with ${signal ?? `code ${code}`}`;
  throw new Error(`${[command, ...args].join(' ')} ${how}.\n${stderr.trim()}`);
}
