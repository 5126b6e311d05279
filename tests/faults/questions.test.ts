import { beforeAll, expect, it } from 'vitest';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Chunk } from '../../core/contracts/corpus.ts';
import { Question } from '../../core/contracts/questions.ts';
import { seeded } from '../../core/primitives/random.ts';
import { firstRequest } from '../../core/questions/asking/first-request.ts';
import { parseRunInput } from '../../core/run/parse-input.ts';
import { Fleet } from '../harness/fleet.ts';
import type { ManagedProcess } from '../harness/managed-process.ts';
import { passages } from '../harness/samples.ts';
import { useHarness } from '../harness/use-harness.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';
import { RepeatedRequests } from './repeated-requests.ts';

const CHUNKS = 2000;
const KILLS = 10;
const SEED = Number(process.env.HONE_FAULT_SEED || 1);
/** The chunks of a dead worker are asked again only after the 30 s of its heartbeat timeout. */
const LONGEST_STALL_MS = 180_000;

const harness = useHarness();
let fleet: Fleet;
let provider: RunningProvider;
let requests: RepeatedRequests;
let chunks: ArtifactRef;
const texts = passages('the kills', CHUNKS);
/** Workers that take tasks. */
const alive: ManagedProcess[] = [];

beforeAll(async () => {
  fleet = await Fleet.start(harness);
  chunks = await fleet.putChunks(texts);
  const { questions } = parseRunInput({ documents: ['.'] });
  const first = (await linesOf(chunks)).map((line) => firstRequest(Chunk.parse(line), questions));
  requests = new RepeatedRequests(new Map(first.map(({ key, request }) => [request.messages[0]?.content ?? '', key])));
  provider = await harness.use(startProvider({ latencyMs: 100, inject: ({ text }) => void requests.record(text) }));
  await Promise.all([startWorker(), startWorker()]);
});

it(`pays for each answer once through ${KILLS} kills of workers and Temporal, and then only for what has changed`, async () => {
  const startedAt = Date.now();
  const run = await fleet.ask('killed', chunks);
  await killDuringRun();
  const { output } = await run.result();
  const { stats } = provider;
  report(`${requests.repeated} of ${CHUNKS} requests repeated, ${stats.billedTwice} billed twice`, startedAt);
  expect(output).toMatchObject({ spending: { answers: CHUNKS }, count: 2 * CHUNKS, quarantinedCount: 0 });
  const chunksWithQuestions = new Set((await linesOf(output.questions)).map((line) => Question.parse(line).chunkId));
  expect(chunksWithQuestions.size).toBe(CHUNKS);
  expect(requests.unexcused).toEqual([]);
  expect(stats.chats).toBe(CHUNKS + requests.repeated);

  const billedFor = async (workflowId: string, ...args: [ArtifactRef, { prompt: string }?]) => {
    const before = stats.chats;
    const result = await (await fleet.ask(workflowId, ...args)).result();
    expect(result.output).toMatchObject({ count: 2 * CHUNKS, quarantinedCount: 0 });
    return stats.chats - before;
  };
  expect(await billedFor('the-same-again', chunks)).toBe(0);
  const changed = await fleet.putChunks(texts.with(7, `${texts[7]} It was replaced in spring.`));
  expect(await billedFor('one-changed', changed)).toBe(1);
  const prompt = '{context_str}\n\nAsk {num_questions_per_chunk} questions about this.';
  expect(await billedFor('another-prompt', chunks, { prompt })).toBe(CHUNKS);
});

/**
 * Kills two workers, then Temporal, and so on: one kill at a random moment in each eleventh of the run. A killed worker
 * is replaced.
 */
async function killDuringRun(): Promise<void> {
  const random = seeded(SEED);
  const replacements: Promise<void>[] = [];
  for (let count = 0; count < KILLS; count++) {
    const startedAt = Date.now();
    const moment = (CHUNKS * (count + random())) / (KILLS + 1);
    const killsTemporal = count % 3 === 2;
    // A worker that starts while there is no Temporal would not take part.
    if (killsTemporal) await Promise.all(replacements);
    const { stats } = provider;
    await waitUntil(() => requests.keys >= moment && stats.inFlight > 0 && alive.length > 0, LONGEST_STALL_MS);
    const when = `${count + 1}: at ${requests.keys} keys, ${stats.inFlight} in flight`;
    if (killsTemporal) {
      // Workers survive the outage with everything they have in flight, so no repetition is excused.
      await fleet.temporal.restart(random() * 2000);
      report(`${when}, Temporal killed`, startedAt);
      continue;
    }
    const [victim] = alive.splice(Math.floor(random() * alive.length), 1);
    await victim?.kill('SIGKILL');
    // The provider answers this after it has read all that the victim sent before.
    await fetch(`${provider.url}/models`);
    report(`${when}, a worker killed, ${await requests.excuseUnstored(fleet.store)} not in the ledger`, startedAt);
    replacements.push(startWorker());
  }
  await Promise.all(replacements);
}

async function startWorker(): Promise<void> {
  // Few requests at once, or the run would be over before a worker is replaced.
  alive.push(await fleet.startWorker({ baseURL: provider.url, concurrency: 8 }));
}

async function linesOf(ref: ArtifactRef): Promise<unknown[]> {
  const text = Buffer.from(await fleet.store.readObject(ref)).toString('utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function report(what: string, startedAt: number): void {
  console.log(`${what}; ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
}
