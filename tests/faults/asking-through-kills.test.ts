import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Chunk } from '../../core/contracts/corpus.ts';
import { Question } from '../../core/contracts/questions.ts';
import { parseRunInput } from '../../core/contracts/run-input.ts';
import { chunkRequest } from '../../core/questions/asking/chunk-request.ts';
import { eventually } from '../integration/eventually.ts';
import { Fleet, type FleetWorker, passages } from '../integration/fleet.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';
import type { ServerProcess } from '../s3/server-process.ts';
import { AskedAgain } from './asked-again.ts';
import { interrupt, seeded } from './at-random.ts';
import { temporalServer } from './temporal.ts';

const CHUNKS = 2000;
const KILLS = 10;
const SEED = Number(process.env.HONE_FAULT_SEED || 1);
/** A dead worker's chunks come back after its heartbeats' half minute. */
const STALLS_AT_MOST_MS = 180_000;

let temporal: ServerProcess;
let fleet: Fleet;
let provider: RunningProvider;
let asked: AskedAgain;
let chunks: ArtifactRef;
const texts = passages('the kills', CHUNKS);
/** Those that serve. */
const alive: FleetWorker[] = [];

beforeAll(async () => {
  fleet = await Fleet.start(async (folder) => {
    const { process, address } = await temporalServer(folder);
    temporal = process;
    await temporal.begin();
    return { address, close: () => temporal.kill() };
  });
  chunks = await fleet.putChunks(texts);
  const { questions } = parseRunInput({ documents: ['.'] });
  const requests = (await linesOf(chunks)).map((line) => chunkRequest(Chunk.parse(line), questions));
  asked = new AskedAgain(new Map(requests.map(({ key, request }) => [request.messages[0]?.content ?? '', key])));
  provider = await startProvider({ latencyMs: 100, inject: ({ text }) => void asked.hear(text) });
  await Promise.all([work(), work()]);
});
afterAll(async () => {
  await fleet?.close();
  await provider?.close();
});

it(`pays once through ${KILLS} kills of workers and Temporal, then for what changed alone`, async () => {
  const began = Date.now();
  const run = await fleet.ask('killed', chunks);
  await killWhileItAsks();
  const { output } = await run.result();
  const { stats } = provider;
  report(`${asked.again} of ${CHUNKS} asked again, ${stats.billedTwice} billed twice`, began);
  expect(output).toMatchObject({ spending: { answers: CHUNKS }, count: 2 * CHUNKS, quarantinedCount: 0 });
  const questioned = new Set((await linesOf(output.questions)).map((line) => Question.parse(line).chunkId));
  expect(questioned.size).toBe(CHUNKS);
  expect(asked.unforgiven).toEqual([]);
  expect(stats.chats).toBe(CHUNKS + asked.again);

  const billedFor = async (workflowId: string, ...what: [ArtifactRef, { prompt: string }?]) => {
    const before = stats.chats;
    const result = await (await fleet.ask(workflowId, ...what)).result();
    expect(result.output).toMatchObject({ count: 2 * CHUNKS, quarantinedCount: 0 });
    return stats.chats - before;
  };
  expect(await billedFor('the-same-again', chunks)).toBe(0);
  const changed = await fleet.putChunks(texts.with(7, `${texts[7]} It was replaced in spring.`));
  expect(await billedFor('one-changed', changed)).toBe(1);
  const prompt = '{context_str}\n\nAsk {num_questions_per_chunk} questions about this.';
  expect(await billedFor('another-prompt', chunks, { prompt })).toBe(CHUNKS);
});

/** Two workers, then Temporal, and so on, each somewhere within its eleventh of the run; a dead worker is replaced. */
async function killWhileItAsks(): Promise<void> {
  const random = seeded(SEED);
  const replaced: Promise<void>[] = [];
  for (let count = 0; count < KILLS; count++) {
    const began = Date.now();
    const moment = (CHUNKS * (count + random())) / (KILLS + 1);
    const isTemporals = count % 3 === 2;
    // A worker that finds no Temporal when it begins does not stay.
    if (isTemporals) await Promise.all(replaced);
    const { stats } = provider;
    await eventually(() => asked.keys >= moment && stats.inFlight > 0 && alive.length > 0, STALLS_AT_MOST_MS);
    const at = `${count + 1}: at ${asked.keys} keys, ${stats.inFlight} in flight`;
    if (isTemporals) {
      // Workers outlive it, with all they have under way: nothing is forgiven.
      await interrupt(temporal, random() * 2000);
      report(`${at}, Temporal killed`, began);
      continue;
    }
    const [victim] = alive.splice(Math.floor(random() * alive.length), 1) as [FleetWorker];
    victim.process.kill('SIGKILL');
    await victim.ended;
    // Comes in behind what the victim had sent and nobody had read yet.
    await fetch(`${provider.url}/models`);
    report(`${at}, a worker killed, ${await asked.forgive(fleet.store)} not in the ledger`, began);
    replaced.push(work());
  }
  await Promise.all(replaced);
}

async function work(): Promise<void> {
  // Few requests at once, or the run would be over before a worker is replaced.
  alive.push(await fleet.work({ baseURL: provider.url, concurrency: 8 }));
}

async function linesOf(ref: ArtifactRef): Promise<unknown[]> {
  const text = Buffer.from(await fleet.store.readObject(ref)).toString('utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function report(what: string, began: number): void {
  console.log(`${what}; ${((Date.now() - began) / 1000).toFixed(1)} s`);
}
