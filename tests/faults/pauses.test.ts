import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { Hone } from '../../client/hone.ts';
import { seeded } from '../../core/primitives/random.ts';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { passages, TINY_BERT } from '../harness/samples.ts';
import { startTemporalServer } from '../harness/temporal-server.ts';
import { useHarness } from '../harness/use-harness.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';

/** Each is a page, and some 40 chunks: the model reads 40 tokens, and knows few words. */
const PASSAGES = 25;
const PAUSES = Number(process.env.HONE_PAUSES || 100);
const SEED = Number(process.env.HONE_FAULT_SEED || 1);
const prices = { 'gpt-4o-mini': { prompt: 10, completion: 40 } };

const harness = useHarness();
let hone: Hone;
let project: Project;
let provider: RunningProvider;
beforeAll(async () => {
  // Slow enough that most pauses find requests in flight.
  provider = await harness.use(startProvider({ prices, latencyMs: 500 }));
  const { address } = await startTemporalServer(harness);
  project = await createProject(harness, { OPENAI_API_KEY: 'sk-test', TEMPORAL_ADDRESS: address });
  hone = await harness.use(Hone.connect({ address }));
  const profiles = { default: { baseURL: provider.url, prices, concurrency: 3 } };
  await project.write({ ...pages(), '.hone/worker.yaml': JSON.stringify({ profiles }) });
  await cp(TINY_BERT, join(project.folder, 'model'), { recursive: true });
  await Promise.all([project.startWorker(), project.startWorker()]);
});

it(`reports what the provider has billed, to the cent, after ${PAUSES} pauses while it asks`, async () => {
  const random = seeded(SEED);
  await hone.start(
    {
      documents: ['docs'],
      model: join(project.folder, 'model'),
      questions: { perChunk: 1, maxFailedShare: 1, budget: 1000 },
      training: { recipe: 'llama-index', epochs: 1, maxLength: 32 },
    },
    { workflowId: 'paused' },
  );
  let inFlight = 0;
  for (let pauses = 0; pauses < PAUSES; pauses++) {
    const before = provider.stats.chats;
    await expect.poll(() => provider.stats.chats, { timeout: 300_000 }).toBeGreaterThan(before);
    await sleep(600 * random());
    inFlight += provider.stats.inFlight;
    expect(await hone.pause('paused')).toMatchObject({ state: 'paused' });
    expect(provider.stats.inFlight).toBe(0);
    await hone.resume('paused');
  }
  const { cost, reportUri } = await hone.result('paused');
  const { chats, dollars, promptTokens, completionTokens } = provider.stats;
  console.log(`${inFlight} requests in flight at ${PAUSES} pauses; ${chats} billed, $${dollars.toFixed(4)}`);
  // On a busy machine, many pauses come between two leases.
  expect(inFlight).toBeGreaterThan(PAUSES / 4);
  expect(cost).toEqual({ dollars: expect.closeTo(dollars, 6), requests: chats, promptTokens, completionTokens });
  expect(provider.stats.billedTwice).toBe(0);
  expect(lastJson(await project.hone(['show', 'paused', '--json']))).toMatchObject({ cost });
  expect((await project.hone(['show', 'paused'])).stdout).toContain(`$${dollars.toFixed(2)} for`);
  expect(await readFile(new URL(reportUri), 'utf8')).toContain(`$${dollars.toFixed(2)}`);
});

function pages(): Record<string, string> {
  const texts = passages('the pauses', PASSAGES, 150);
  return Object.fromEntries(texts.map((text, at) => [`docs/${at}.md`, `# Valve ${at}\n\n${text}\n`]));
}
