import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const FIELDS = ['name', 'driver_version', 'memory.total', 'memory.used', 'compute_cap', 'power.limit'] as const;
const SAMPLE_EVERY_MS = 100;
const MIB = 1024 ** 2;

export type SmiGpu = Readonly<Record<(typeof FIELDS)[number], string>>;

/** The NVIDIA GPUs of the machine, as nvidia-smi describes them; none without it. */
export async function nvidiaGpus(): Promise<SmiGpu[]> {
  const args = [`--query-gpu=${FIELDS.join(',')}`, '--format=csv,noheader'];
  return promisify(execFile)('nvidia-smi', args, { timeout: 20_000 }).then(
    ({ stdout }) => parseGpus(stdout),
    () => [],
  );
}

/** Lines of `--format=csv,noheader`; a line that has other fields, such as a warning, is ignored. */
export function parseGpus(csv: string): SmiGpu[] {
  return csv.split('\n').flatMap((line) => {
    const values = line.split(',').map((value) => value.trim());
    if (values.length !== FIELDS.length) return [];
    return [Object.fromEntries(FIELDS.map((field, i) => [field, values[i]])) as SmiGpu];
  });
}

/** Bytes of a line of `--query-gpu=memory.used`: `1234 MiB`; undefined if it is no number, such as `[N/A]`. */
export function parseMemory(line: string): number | undefined {
  const [, number] = /^\s*(\d+)\s*(?:MiB)?\s*$/.exec(line) ?? [];
  return number === undefined ? undefined : Number(number) * MIB;
}

export interface MemorySampler {
  /** @returns The most that was in use, less what was in use at the start; undefined if nothing was read. */
  stop(): Promise<number | undefined>;
}

/**
 * Samples the memory in use on the first GPU. The whole GPU, and not the process: in containers, nvidia-smi does not
 * see processes.
 */
export function sampleMemory(): MemorySampler {
  const args = ['--id=0', '--query-gpu=memory.used', '--format=csv,noheader', `--loop-ms=${SAMPLE_EVERY_MS}`];
  const smi = spawn('nvidia-smi', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let [first, most]: (number | undefined)[] = [];
  createInterface({ input: smi.stdout }).on('line', (line) => {
    const used = parseMemory(line);
    if (used === undefined) return;
    first ??= used;
    most = Math.max(most ?? 0, used);
  });
  const ended = Promise.race([once(smi, 'close'), once(smi, 'error')]).catch(() => {});
  return {
    async stop() {
      smi.kill();
      await ended;
      return first === undefined || most === undefined ? undefined : most - first;
    },
  };
}
