import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Leaves a process behind that sees the run through, where no other worker would.
 * @returns the path of its log.
 */
export async function inBackground(workflowId: string, store: string | undefined): Promise<string> {
  const folder = resolve(process.env.HONE_HOME || '.hone', 'logs');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${workflowId}.log`);
  const log = await open(path, 'a');
  const main = fileURLToPath(new URL(`./main${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));
  const args = [main, 'follow', workflowId, ...(store === undefined ? [] : ['--store', store])];
  try {
    const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', log.fd, log.fd] });
    child.unref();
  } finally {
    await log.close();
  }
  return path;
}
