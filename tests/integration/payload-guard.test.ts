import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { beforeAll, expect, it } from 'vitest';
import { startTemporalServer } from '../harness/temporal-server.ts';
import { useHarness } from '../harness/use-harness.ts';
import { largeAnswer, type tooLarge } from './workflows/too-large.ts';

const QUEUE = 'payloads';
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const harness = useHarness();
let client: Client;
beforeAll(async () => {
  const { address } = await startTemporalServer(harness);
  client = new Client({ connection: await harness.use(Connection.connect({ address })) });
  const worker = await Worker.create({
    connection: await harness.use(NativeConnection.connect({ address })),
    taskQueue: QUEUE,
    workflowsPath: here('workflows/too-large.ts'),
    dataConverter: { payloadConverterPath: here('../../workflows/payload-converter.ts') },
    interceptors: { workflowModules: [here('../../workflows/result-guard.ts')] },
  });
  const running = worker.run();
  harness.defer(async () => {
    worker.shutdown();
    await running;
  });
});

const start = (workflowId: string, ...args: Parameters<typeof tooLarge>) =>
  client.workflow.start<typeof tooLarge>('tooLarge', { workflowId, taskQueue: QUEUE, args });

it('a workflow whose result is too large fails with the name of the part, and does not stay open for ever', async () => {
  const handle = await start('result', 1_500_000);
  await expect(handle.result()).rejects.toMatchObject({
    cause: { type: 'Fault', message: expect.stringMatching(/hands on 1\.5 MB.*text 1\.5 MB/) },
  });
  expect((await (await start('small', 1000)).result()).text).toHaveLength(1000);
});

it('a query whose answer is too large fails, and the workflow goes on', async () => {
  const handle = await start('query', 0, 1_500_000);
  await expect(handle.query(largeAnswer)).rejects.toThrow(/hands on 1\.5 MB/);
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await handle.terminate();
});
