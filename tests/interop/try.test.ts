import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, it } from 'vitest';
import { useHarness } from '../harness/use-harness.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** `npm run infra:try`, with what it leaves behind. It needs packages of Debian and of Python. */
const harness = useHarness();
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Temporary files of the script and of all that it starts; its name also stands in their environment. */
let scratch: string;
let report: string;
beforeEach(async () => {
  scratch = await harness.folder('scratch');
  report = await harness.folder('report');
});

function start(...args: string[]) {
  const env = { ...process.env, TMPDIR: scratch };
  return harness.spawn(process.execPath, ['infra/try/main.ts', '--report', report, ...args], { cwd: ROOT, env });
}

/** IDs of the processes that were started with this environment. */
async function processesOf(scratch: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const environments = await Promise.all(ids.map((id) => readFile(`/proc/${id}/environ`, 'utf8').catch(() => '')));
  return ids.filter((_, index) => environments[index]?.includes(`TMPDIR=${scratch}`));
}

async function expectNothingLeft(): Promise<void> {
  await waitUntil(async () => (await processesOf(scratch)).length === 0);
  expect(await readdir(scratch)).toEqual([]);
}

it('goes the whole way from nothing to a watched model that is exchanged under load, and leaves a report', async () => {
  const { code, stdout, stderr } = await start('--epochs', '1', '--json').ended;
  expect(code, stderr).toBe(0);
  const result = JSON.parse(stdout);
  expect(result.steps.filter(({ outcome }: { outcome: string }) => outcome !== 'passed')).toEqual([]);
  const figures = Object.fromEntries(
    result.steps.map(({ name, figures }: { name: string; figures: unknown }) => [name, figures]),
  );
  expect(figures.swap).toMatchObject({ clients: 50, failures: {} });
  expect(figures['kill -9'].map(({ queue }: { queue: string }) => queue).sort()).toEqual([
    'cpu',
    'gpu',
    'llm',
    'workflow',
  ]);
  expect(figures.trace.spans.length).toBeGreaterThan(20);
  expect(JSON.parse(await readFile(join(report, 'report.json'), 'utf8'))).toEqual(result);
  const logs = await readdir(join(report, 'logs'));
  expect(logs).toEqual(expect.arrayContaining(['server.log', 'worker-gpu-1.log']));
  await expectNothingLeft();
}, 3_000_000);

it('ends all of it on Ctrl-C, and leaves nothing', async () => {
  const trying = start();
  await waitUntil(() => trying.log.includes('\nworkers ') || !trying.isRunning, 300_000);
  expect((await processesOf(scratch)).length).toBeGreaterThan(14);
  const { code } = await trying.kill('SIGINT');
  expect(code).toBe(130);
  expect(await readdir(report)).toEqual([]);
  await expectNothingLeft();
});
