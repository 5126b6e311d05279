import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { findTemporal, joinTemporal, startTemporal } from '../../workers/temporal-server.ts';

let binary: string;
let directory: string;
beforeAll(async () => {
  binary = await findTemporal({ cache: join(homedir(), '.cache', 'hone') });
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hone-server-'));
});
afterEach(() => rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function eventually(condition: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (await condition()) return true;
    await sleep(100);
  }
  return false;
}

test('a second start in the same directory joins, and the server goes with the last to leave', async () => {
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

test('what it knew is there again after a restart, search attributes included', async () => {
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

test('it ends when the process that uses it is killed, and the next start finds its database', async () => {
  const source = new URL('../../workers/temporal-server.ts', import.meta.url).href;
  const script = `const { startTemporal } = await import(${JSON.stringify(source)});
    const { pid } = await startTemporal(${JSON.stringify({ binary, directory })});
    console.log(pid); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const pid = Number(line);
  expect(isAlive(pid)).toBe(true);
  child.kill('SIGKILL');
  expect(await eventually(() => !isAlive(pid))).toBe(true);
  // Its state file is still there, of a server that is gone.
  await expect(readFile(join(directory, 'temporal.json'), 'utf8')).resolves.toContain(String(pid));
  const server = await startTemporal({ binary, directory });
  expect(server).toMatchObject({ joined: false });
  await server.close();
});

test('a lock or state file that a dead process left does not stand in the way', async () => {
  const gone = spawn(process.execPath, ['-e', '']);
  await once(gone, 'close');
  await writeFile(join(directory, 'temporal.lock'), String(gone.pid));
  await writeFile(join(directory, 'temporal.json'), '{"pid":');
  const server = await startTemporal({ binary, directory });
  expect(server.joined).toBe(false);
  await server.close();
});

test('a server that ends as it starts is reported with its own last words', async () => {
  const broken = join(directory, 'temporal');
  await writeFile(broken, '#!/bin/sh\necho "database disk image is malformed" >&2\nexit 3\n');
  await chmod(broken, 0o755);
  await expect(startTemporal({ binary: broken, directory })).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringMatching(/code 3.*malformed/),
    advice: expect.stringContaining('temporal.log'),
  });
});
