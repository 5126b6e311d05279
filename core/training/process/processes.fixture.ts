import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** Ids of the running child processes of `parent` whose command line contains `module` (Linux only). */
export async function childrenOf(parent: number, module: string): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const [stat, command] = await Promise.all(
      ['stat', 'cmdline'].map((file) => readFile(`/proc/${entry}/${file}`, 'utf8').catch(() => '')),
    );
    const ppid = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (ppid === parent && command?.includes(module)) found.push(Number(entry));
  }
  return found;
}

/** The id of the first such process; waits until there is one. */
export async function childOf(parent: number, module: string): Promise<number> {
  for (;;) {
    const [pid] = await childrenOf(parent, module);
    if (pid) return pid;
    await setTimeout(20);
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
