import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Hone } from '../../client/hone.ts';
import { openStore } from '../../core/artifacts/open-store.ts';
import { S3Bucket } from '../../core/artifacts/s3/bucket.ts';
import type { RunRequest } from '../../core/contracts/run-input.ts';
import { sha256 } from '../../core/primitives/hash.ts';
import type { Harness } from './harness.ts';
import type { ManagedProcess } from './managed-process.ts';
import { createProject, type Project } from './project.ts';
import { BUCKET, type S3Server, startS3Server } from './s3-server.ts';
import { TINY_BERT } from './samples.ts';
import { startTemporalServer, type TemporalServer } from './temporal-server.ts';

/** What a store has of its one training. */
export interface StoredCheckpoints {
  /** Number of the latest attempt of each run that trained, the newest run last; empty before the first. */
  attempts: number[];
  /** Step of the newest checkpoint; 0 without one. */
  step: number;
  /** URI of the first file of the newest checkpoint, which holds the weights; undefined without one. */
  weightsUri: string | undefined;
}

/**
 * A Temporal server, an S3 server, and workers that train and share nothing but these. Its methods that read the bucket
 * expect the variables of `s3.env` in this process.
 */
export class Cluster {
  readonly temporal: TemporalServer;
  readonly s3: S3Server;
  readonly hone: Hone;
  readonly #project: Project;
  readonly #workers: ManagedProcess[] = [];

  private constructor(temporal: TemporalServer, s3: S3Server, hone: Hone, project: Project) {
    this.temporal = temporal;
    this.s3 = s3;
    this.hone = hone;
    this.#project = project;
  }

  /** Starts the servers; there are no workers yet. */
  static async start(harness: Harness): Promise<Cluster> {
    const [temporal, s3] = await Promise.all([startTemporalServer(harness), startS3Server(harness)]);
    const hone = await harness.use(Hone.connect({ address: temporal.address }));
    const project = await createProject(harness, { TEMPORAL_ADDRESS: temporal.address, ...s3.env });
    await cp(TINY_BERT, join(project.folder, 'tiny-bert'), { recursive: true });
    await project.write({ 'data.json': JSON.stringify(maintenanceQuestions()) });
    return new Cluster(temporal, s3, hone, project);
  }

  /**
   * Starts a worker with an empty home folder; resolves once it takes tasks.
   * @param store Prefix in the bucket.
   * @param settings Added to its `worker.yaml`.
   */
  async startWorker(store: string, settings: object = {}, env: NodeJS.ProcessEnv = {}): Promise<ManagedProcess> {
    const worker = await this.spawnWorker(store, settings, env);
    await worker.waitForLog(/Serving/);
    return worker;
  }

  /** Starts a worker without waiting until it takes tasks. */
  async spawnWorker(store: string, settings: object = {}, env: NodeJS.ProcessEnv = {}): Promise<ManagedProcess> {
    const worker = await this.#project.spawnWorker({
      ownHome: { threads: 1, checkpointEveryS: 0.3, ...settings },
      env: { HONE_STORE: storeUri(store), ...env },
    });
    this.#workers.push(worker);
    return worker;
  }

  /** Kills all workers with their trainers. */
  async killWorkers(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.killGroup()));
  }

  /** Starts a run that trains thousands of steps in some seconds. @returns the workflow ID. */
  async train(workflowId: string, epochs: number): Promise<string> {
    const request: RunRequest = {
      model: './tiny-bert',
      dataset: { train: 'data.json', validation: 'data.json' },
      training: { epochs, batchSize: 4, learningRate: 1e-3, scale: 20 },
      evaluation: { bm25: false },
    };
    await this.hone.start(request, { workflowId });
    return workflowId;
  }

  /**
   * Waits until the run has trained more steps than `step`.
   * @returns its steps.
   * @throws Error if training ends before.
   */
  async stepBeyond(workflowId: string, step: number): Promise<number> {
    const now = await this.stepBeyondOrEnd(workflowId, step);
    if (now === 'ended') throw new Error(`training of ${workflowId} ended before it was beyond step ${step}`);
    return now;
  }

  /** Like `stepBeyond`, but returns `ended` if training ends before. */
  async stepBeyondOrEnd(workflowId: string, step: number): Promise<number | 'ended'> {
    for (;;) {
      const now = await this.#step(workflowId);
      if (now === 'ended' || now > step) return now;
      await setTimeout(50);
    }
  }

  /** Steps by the progress of the run; 0 while Temporal does not answer or the current attempt does not train yet. */
  async #step(workflowId: string): Promise<number | 'ended'> {
    const progress = await this.hone.progress(workflowId).catch(() => undefined);
    const train = progress?.stages.find(({ name }) => name === 'train');
    if (train?.state === 'done' || train?.state === 'failed') return 'ended';
    return train?.progress?.done ?? 0;
  }

  /** Waits for the end of the run. @returns the SHA-256 of its weights. @throws Fault if the run fails. */
  async weights(workflowId: string, store: string): Promise<string> {
    const { model } = await this.hone.result(workflowId);
    const file = model.files.find(({ path }) => path === 'model.safetensors');
    if (!file) throw new Error('the run ended without weights');
    return sha256(await (await openStore(storeUri(store))).readObject(file.ref));
  }

  /** Reads what the store has of the one training in it. */
  async checkpoints(store: string): Promise<StoredCheckpoints> {
    const bucket = new S3Bucket(BUCKET);
    for await (const { key } of bucket.list(`${store}/checkpoints/`)) {
      const text = new TextDecoder().decode((await bucket.get(key))?.bytes);
      const { attempts, checkpoints } = JSON.parse(text.slice(text.indexOf('\n')));
      const [newest] = checkpoints;
      return {
        attempts: Object.values<number>(attempts).map((attempt) => attempt % ATTEMPTS),
        step: newest?.step ?? 0,
        weightsUri: newest?.files[0]?.ref.uri,
      };
    }
    return { attempts: [], step: 0, weightsUri: undefined };
  }
}

/** An attempt is stored as the number of the step in its run times this, plus the number of the attempt. */
const ATTEMPTS = 1_000_000;

function storeUri(store: string): string {
  return `s3://${BUCKET}/${store}`;
}

function maintenanceQuestions() {
  const parts = ['pumps', 'valves', 'filters', 'seals', 'fans', 'belts', 'gears', 'motors', 'hoses', 'tanks'];
  const questions = parts.flatMap((part, i) =>
    ['who checks', 'when are due the', 'where are the', 'how old are the'].map(
      (words, j) => [`q${i}${j}`, `${words} ${part}?`, `c${i}`] as const,
    ),
  );
  return {
    queries: Object.fromEntries(questions.map(([id, text]) => [id, text])),
    corpus: Object.fromEntries(parts.map((part, i) => [`c${i}`, `the ${part} of hall ${i} are seen to.`])),
    relevant_docs: Object.fromEntries(questions.map(([id, , passage]) => [id, [passage]])),
    mode: 'text',
  };
}
