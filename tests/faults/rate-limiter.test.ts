import { beforeAll, expect, it } from 'vitest';
import { Fleet } from '../harness/fleet.ts';
import { passages } from '../harness/samples.ts';
import { useHarness } from '../harness/use-harness.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';

const harness = useHarness();
let fleet: Fleet;
let provider: RunningProvider;

beforeAll(async () => {
  fleet = await Fleet.start(harness);
  provider = await harness.use(startProvider({}));
  await fleet.startWorker({ baseURL: provider.url, requestsPerMinute: 60 });
});

it('goes on when somebody terminates the rate limiter while a run waits for a lease', async () => {
  const run = await fleet.ask('limiter-terminated', await fleet.putChunks(passages('limiter-terminated', 40)));
  await waitUntil(() => provider.stats.chats >= 8);
  await fleet.client.workflow.getHandle('hone-rate-limiter/default').terminate('by hand');
  const { output } = await run.result();
  expect(output).toMatchObject({ spending: { answers: 40 }, quarantinedCount: 0 });
  expect(provider.stats).toMatchObject({ chats: 40, billedTwice: 0 });
});
