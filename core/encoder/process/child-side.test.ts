import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';

const MODULE = new URL('./child-side.ts', import.meta.url).href;

/** Blocks its main thread for ever. */
const BLOCKED = `
  const { dieWithParent } = await import(${JSON.stringify(MODULE)});
  dieWithParent();
  console.log(process.pid);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;

const PARENT = `
  const { spawn } = await import('node:child_process');
  spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(BLOCKED)}], { stdio: ['ignore', 'inherit', 'inherit'] });
  setInterval(() => {}, 1000);`;

/** Whether a process runs. A zombie, dead but not yet reaped, does not. */
async function runs(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return !/^\d+ \(.*\) Z/.test(state);
  } catch {
    return false;
  }
}

it('a process that blocks its main thread ends when its parent is killed', async () => {
  const parent = spawn(process.execPath, ['--input-type=module', '-e', PARENT], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(parent.stdout, 'data');
  const child = Number(String(line));
  onTestFinished(async () => {
    if (await runs(child)) process.kill(child, 'SIGKILL');
  });
  expect(await runs(child)).toBe(true);
  parent.kill('SIGKILL');
  while (await runs(child)) await sleep(20);
});
