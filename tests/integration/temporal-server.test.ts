import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { isAlive } from '../../core/training/process/processes.fixture.ts';
import { joinTemporal, startTemporal } from '../../workers/temporal-server.ts';
import { temporalBinary } from '../harness/temporal-server.ts';
import { useHarness } from '../harness/use-harness.ts';
import { waitUntil } from '../harness/wait-until.ts';

const harness = useHarness();
let binary: string;
let directory: string;
beforeAll(async () => {
  binary = await temporalBinary();
});
beforeEach(async () => {
  directory = await harness.folder('server');
});

it('joins a server that runs on the same directory, which ends with its last user', async () => {
  const [one, two] = await Promise.all([startTemporal({ binary, directory }), startTemporal({ binary, directory })]);
  expect([one.joined, two.joined].sort()).toEqual([false, true]);
  expect(two.pid).toBe(one.pid);
  await one.close();
  const three = await joinTemporal(directory);
  expect(three?.pid).toBe(one.pid);
  await three?.close();
  await two.close();
  expect(isAlive(one.pid)).toBe(false);
  expect(await joinTemporal(directory)).toBeUndefined();
});

it('keeps its data across a restart, and registers further search attributes', async () => {
  const attributes = { HoneStage: 'Keyword', HoneHitRate: 'Double' } as const;
  await (await startTemporal({ binary, directory, searchAttributes: attributes })).close();
  const server = await startTemporal({ binary, directory, searchAttributes: { ...attributes, HoneModel: 'Keyword' } });
  const connection = await Connection.connect({ address: server.address });
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
  expect(Object.keys(customAttributes ?? {})).toEqual(
    expect.arrayContaining(['HoneHitRate', 'HoneModel', 'HoneStage']),
  );
  await connection.close();
  await server.close();
});

it('keeps all tasks of a queue in one partition, which an idle worker always polls', async () => {
  const server = await startTemporal({ binary, directory });
  const connection = await Connection.connect({ address: server.address });
  const partitions = await connection.workflowService.listTaskQueuePartitions({
    namespace: 'default',
    taskQueue: { name: 'hone-gpu' },
  });
  expect(partitions.activityTaskQueuePartitions).toHaveLength(1);
  expect(partitions.workflowTaskQueuePartitions).toHaveLength(1);
  await connection.close();
  await server.close();
});

it('ends when the process that uses it is killed, and starts again on its database', async () => {
  const source = new URL('../../workers/temporal-server.ts', import.meta.url).href;
  const script = `const { startTemporal } = await import(${JSON.stringify(source)});
    const { pid } = await startTemporal(${JSON.stringify({ binary, directory })});
    console.error('server ' + pid); setInterval(() => {}, 1000);`;
  const user = harness.spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: directory });
  await user.waitForLog(/server \d+/);
  const pid = Number(/server (\d+)/.exec(user.log)?.[1]);
  expect(isAlive(pid)).toBe(true);
  await user.kill('SIGKILL');
  await waitUntil(() => !isAlive(pid), 30_000);
  // The state file of the dead server is still there.
  await expect(readFile(join(directory, 'temporal.json'), 'utf8')).resolves.toContain(String(pid));
  const server = await startTemporal({ binary, directory });
  expect(server).toMatchObject({ joined: false });
  await server.close();
});

it('ignores a lock and a state file that a dead process left', async () => {
  const dead = harness.spawn(process.execPath, ['-e', ''], { cwd: directory });
  await dead.ended;
  await writeFile(join(directory, 'temporal.lock'), String(dead.pid));
  await writeFile(join(directory, 'temporal.json'), '{"pid":');
  const server = await startTemporal({ binary, directory });
  expect(server.joined).toBe(false);
  await server.close();
});

it('starts again where another process took a port that the server had chosen, at which it panics', async () => {
  const panicsOnce = join(directory, 'temporal');
  const script = `#!/bin/sh\nif [ ! -e '${directory}/panicked' ]; then touch '${directory}/panicked'; exit 2; fi\nexec '${binary}' "$@"\n`;
  await writeFile(panicsOnce, script);
  await chmod(panicsOnce, 0o755);
  const server = await startTemporal({ binary: panicsOnce, directory });
  expect(isAlive(server.pid)).toBe(true);
  await server.close();
});

it('reports the end of the log of a server that ends during its start', async () => {
  const broken = join(directory, 'temporal');
  await writeFile(broken, '#!/bin/sh\necho "database disk image is malformed" >&2\nexit 3\n');
  await chmod(broken, 0o755);
  await expect(startTemporal({ binary: broken, directory })).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringMatching(/code 3.*malformed/),
    advice: expect.stringContaining('temporal.log'),
  });
});
