import { expect, it, vi } from 'vitest';
import { isAlive } from '../../core/training/process/processes.fixture.ts';
import { Harness } from '../harness/harness.ts';
import { useHarness } from '../harness/use-harness.ts';
import { waitUntil } from '../harness/wait-until.ts';

const harness = useHarness();
/** Starts a child of its own and logs its process ID. */
const PARENT = 'sleep 1000 & echo "child $!" >&2; wait';
const childOf = (log: string) => Number(/child (\d+)/.exec(log)?.[1]);

it('ends processes with their children and removes folders when it closes, last started first', async () => {
  const own = new Harness();
  const folder = await own.folder();
  const closed: string[] = [];
  own.defer(() => closed.push('first'));
  const parent = own.spawn('sh', ['-c', PARENT], { cwd: folder });
  await own.use({ close: () => closed.push(`second, ${parent.isRunning}`) });
  await parent.waitForLog(/child/);
  await own.close();
  expect(closed).toEqual(['second, true', 'first']);
  await waitUntil(() => !isAlive(parent.pid) && !isAlive(childOf(parent.log)));
  await expect(own.folder()).resolves.not.toBe(folder);
  await own.close();
});

it('closes everything even if one part fails', async () => {
  const own = new Harness();
  let isClosed = false;
  own.defer(() => {
    isClosed = true;
  });
  own.defer(() => Promise.reject(new Error('cannot close')));
  await expect(own.close()).rejects.toMatchObject({ errors: [new Error('cannot close')] });
  expect(isClosed).toBe(true);
});

it('reports what processes wrote, and fails a wait for a log line with it', async () => {
  const child = harness.spawn('sh', ['-c', 'echo on stdout; echo on stderr >&2; exit 3'], { cwd: '/' });
  expect(await child.ended).toEqual({ code: 3, stdout: 'on stdout\n', stderr: 'on stderr\n' });
  await child.waitForLog(/on stderr/);
  await expect(child.waitForLog(/never/)).rejects.toThrow(/ended without logging \/never\/:\n(.*\n)*on stderr/);
  expect(harness.logs()).toContain('on stderr');
});

it('sends no signal to a process that has ended, whose ID another process may have', async () => {
  const own = new Harness();
  const child = own.spawn('true', [], { cwd: '/' });
  await child.ended;
  const kill = vi.spyOn(process, 'kill');
  await child.killGroup();
  await child.stop();
  await own.close();
  expect(kill).not.toHaveBeenCalled();
  kill.mockRestore();
});

it('kills processes and their children when the test process is killed', async () => {
  const module = new URL('../harness/harness.ts', import.meta.url).href;
  const script = `const { Harness } = await import(${JSON.stringify(module)});
    const child = new Harness().spawn('sh', ['-c', ${JSON.stringify(PARENT)}], { cwd: '/' });
    await child.waitForLog(/child/);
    console.error('parent ' + child.pid + ', ' + child.log);
    setInterval(() => {}, 1000);`;
  const test = harness.spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: '/' });
  await test.waitForLog(/child/);
  const pids = [childOf(test.log), Number(/parent (\d+)/.exec(test.log)?.[1])];
  expect(pids.map(isAlive)).toEqual([true, true]);
  await test.kill('SIGKILL');
  await waitUntil(() => !pids.some(isAlive));
});
