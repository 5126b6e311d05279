import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Starts a background process that runs `hone follow`, and with it a worker, until the run has ended.
 * @returns the path of its log file.
 */
export async function followInBackground(workflowId: string, store: string | undefined): Promise<string> {
  const folder = resolve(process.env.HONE_HOME || '.hone', 'logs');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${workflowId}.log`);
  const log = await open(path, 'a');
  const main = fileURLToPath(new URL(`../main${extname(import.meta.url)}`, import.meta.url));
  const args = [main, 'follow', workflowId, ...(store === undefined ? [] : ['--store', store])];
  try {
    const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', log.fd, log.fd] });
    child.unref();
  } finally {
    await log.close();
  }
  return path;
}
