import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { Hone } from '../../client/hone.ts';
import { OpenRuns } from '../../client/open-runs.ts';
import { collectGarbage } from '../../core/artifacts/collector/collect.ts';
import { runFolder } from '../../core/artifacts/key.ts';
import { openStore } from '../../core/artifacts/open-store.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { TASK_QUEUES } from '../../core/contracts/task-queues.ts';
import { seeded } from '../../core/primitives/random.ts';
import type { Harness } from '../harness/harness.ts';
import type { ManagedProcess } from '../harness/managed-process.ts';
import { createProject, type Project } from '../harness/project.ts';
import { BUCKET, startS3Server } from '../harness/s3-server.ts';
import { passages, TINY_BERT } from '../harness/samples.ts';
import { startTemporalServer } from '../harness/temporal-server.ts';
import { stubEnv } from '../harness/use-harness.ts';

const WORKERS = 4;
const PAGES = 12;
/** A run that has not ended by then is stuck. */
const STUCK_MS = 10 * 60_000;
/** What nothing has used for so long goes. */
const OLDER_THAN_MS = 60_000;
/** Longer than an activity of so small a run holds a reference, also on a busy machine. */
const GRACE_MS = 30_000;

/** What happened. Times in seconds. */
interface Figures {
  retrained: number;
  promoted: number;
  kills: number;
  pauses: number;
  collections: number;
  freedBytes: number;
  retiredBytes: number;
  /** Bytes of all entries of the store, after each collection. */
  storeBytes: number[];
  longestS: number;
  /** Runs that failed or are stuck, with the reason. */
  failed: string[];
}

interface SoakOptions {
  readonly seed: number;
  /** Models. */
  readonly names: number;
  /** Whether the store is a bucket of a real S3 server, and not a folder. */
  readonly inBucket: boolean;
}

/** Models that are retrained again and again over one store, by four worker processes that are killed at random. */
export class Soak {
  readonly graceMs = GRACE_MS;
  readonly names: readonly string[];
  readonly store: ArtifactStore;
  readonly figures: Figures = {
    ...{ retrained: 0, promoted: 0, kills: 0, pauses: 0, collections: 0, freedBytes: 0, retiredBytes: 0 },
    ...{ storeBytes: [], longestS: 0, failed: [] },
  };
  readonly #hone: Hone;
  readonly #runs: OpenRuns;
  readonly #project: Project;
  readonly #random: () => number;
  readonly #open = new Set<string>();
  readonly #workers: ManagedProcess[] = [];

  private constructor(
    { hone, runs, project, store }: { hone: Hone; runs: OpenRuns; project: Project; store: ArtifactStore },
    { seed, names }: SoakOptions,
  ) {
    this.#hone = hone;
    this.#runs = runs;
    this.#project = project;
    this.store = store;
    this.names = Array.from({ length: names }, (_, i) => `model-${i + 1}`);
    this.#random = seeded(seed);
  }

  /** Starts the servers and the workers. */
  static async start(harness: Harness, options: SoakOptions): Promise<Soak> {
    const { address } = await startTemporalServer(harness);
    const s3 = options.inBucket ? await startS3Server(harness) : undefined;
    if (s3) stubEnv(s3.env);
    const uri = s3 ? `s3://${BUCKET}/soak` : await harness.folder('store');
    const project = await createProject(harness, { TEMPORAL_ADDRESS: address, HONE_STORE: uri, ...s3?.env });
    await cp(TINY_BERT, join(project.folder, 'model'), { recursive: true });
    const client = new Client({ connection: await harness.use(Connection.connect({ address })) });
    const soak = new Soak(
      {
        hone: await harness.use(Hone.connect({ address })),
        runs: new OpenRuns(client, address, TASK_QUEUES.workflow, client, 10_000),
        project,
        store: await openStore(uri),
      },
      options,
    );
    soak.#workers.push(...(await Promise.all(Array.from({ length: WORKERS }, () => soak.#startWorker()))));
    return soak;
  }

  /** Retrains a model with other documents each time. */
  async retrainUntil(name: string, end: number): Promise<void> {
    for (let round = 1; Date.now() < end; round++) {
      await this.#project.write(pages(name, round));
      const workflowId = `${name}-${round}`;
      const began = Date.now();
      this.#open.add(workflowId);
      try {
        await this.#hone.retrain(this.#requestFor(name), { workflowId });
        const result = await within(STUCK_MS, this.#hone.retrained(workflowId));
        this.figures.retrained++;
        if (result.decision === 'promoted') this.figures.promoted++;
      } catch (error) {
        this.figures.failed.push(`${workflowId}: ${error instanceof Error ? error.message : error}`);
      }
      this.#open.delete(workflowId);
      this.figures.longestS = Math.max(this.figures.longestS, (Date.now() - began) / 1000);
    }
  }

  /** Kills a worker with its children now and then; another one with an empty home folder takes its place. */
  async killUntil(end: number): Promise<void> {
    for (;;) {
      await sleep(10_000 + 10_000 * this.#random());
      if (Date.now() >= end) return;
      const victim = Math.floor(this.#random() * WORKERS);
      await this.#workers[victim]?.killGroup();
      this.figures.kills++;
      this.#workers[victim] = await this.#startWorker();
    }
  }

  /** Pauses a run now and then, and resumes it after some seconds. */
  async pauseUntil(end: number): Promise<void> {
    for (;;) {
      await sleep(3000 + 5000 * this.#random());
      if (Date.now() >= end) return;
      const workflowId = [...this.#open][Math.floor(this.#random() * this.#open.size)];
      if (!workflowId) continue;
      // A run that ends meanwhile refuses.
      const refused = () => undefined;
      const paused = await this.#hone.pause(workflowId).catch(refused);
      if (paused) this.figures.pauses++;
      await sleep(3000 * this.#random());
      await this.#hone.resume(workflowId).catch(refused);
    }
  }

  /** Two collectors at once, as two people may start them. */
  async collectUntil(end: number): Promise<void> {
    for (; Date.now() < end; await sleep(GRACE_MS / 2)) await Promise.all([this.collect(), this.collect()]);
  }

  async collect(): Promise<void> {
    const { freedBytes, retiredBytes } = await collectGarbage(this.store, {
      olderThanMs: OLDER_THAN_MS,
      graceMs: GRACE_MS,
      apply: true,
      runs: {
        hashes: () => this.#runs.hashes(),
        folders: async () => new Set((await this.#runs.workflowIds()).map(runFolder)),
      },
    });
    this.figures.collections++;
    this.figures.freedBytes += freedBytes;
    this.figures.retiredBytes += retiredBytes;
    this.figures.storeBytes.push(await this.#bytes(''));
  }

  /** Bytes of objects and of the trash. */
  async objectBytes(): Promise<number> {
    return (await this.#bytes('objects/')) + (await this.#bytes('trash/'));
  }

  async #bytes(prefix: string): Promise<number> {
    let sum = 0;
    for await (const { bytes } of this.store.list(prefix)) sum += bytes;
    return sum;
  }

  #startWorker(): Promise<ManagedProcess> {
    return this.#project.startWorker({ ownHome: { threads: 1, checkpointEveryS: 0.5 } });
  }

  #requestFor(name: string) {
    return {
      documents: [name],
      model: join(this.#project.folder, 'model'),
      questions: { from: 'headings' as const },
      training: { recipe: 'llama-index' as const, epochs: 20, batchSize: 4, maxLength: 32 },
      evaluation: { bm25: false },
      publish: { name, gate: 'none' as const },
      retrain: { gate: 'none' as const, minChangedShare: 0 },
    };
  }
}

/** Pages of which a third are new in each round. */
function pages(name: string, round: number): Record<string, string> {
  const texts = passages(name, PAGES + round, 20);
  return Object.fromEntries(
    texts.map((text, i) => {
      const revision = i % 3 === round % 3 ? round : 0;
      return [
        `${name}/${i}.md`,
        `# Valve ${i} of ${name}\n\n## How valve ${i} opens\n\n${text} Revision ${revision}.\n\n## Where valve ${i} is kept\n\nIn room ${i * 3} of hall ${revision}, beside pump ${i * 7}.\n`,
      ];
    }),
  );
}

/** @throws Error if it takes longer. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const late = sleep(ms, undefined, { ref: false }).then(() => {
    throw new Error(`has not ended within ${ms / 1000} s`);
  });
  return Promise.race([promise, late]);
}
