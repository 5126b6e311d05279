import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Hone } from '../../client/hone.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { RunRequest } from '../../core/contracts/run-input.ts';
import { BUCKET, S3Server } from '../s3/server.ts';
import type { ServerProcess } from '../s3/server-process.ts';
import { temporalServer } from './temporal.ts';

const HONE = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const MODEL = fileURLToPath(new URL('../recorded/tiny-bert', import.meta.url));

/** One `hone worker` on a machine of its own: nothing of its disk is shared with another's. */
export class WorkerMachine {
  readonly #child: ChildProcess;
  #log = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.on('data', (data) => (this.#log += data));
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** Resolves once it has said so. */
  async says(words: RegExp): Promise<this> {
    while (!words.test(this.#log)) {
      if (this.#ended) throw new Error(`the worker ended before it said ${words}:\n${this.#log}`);
      await setTimeout(20);
    }
    return this;
  }

  /** To the worker alone, or to everything that runs on its machine. */
  async end(signal: 'SIGTERM' | 'SIGKILL', whole = false): Promise<void> {
    if (this.#ended) return;
    const closed = once(this.#child, 'close');
    process.kill(whole ? -this.pid : this.pid, signal);
    await closed;
  }

  get #ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}

/** A real Temporal server and a real S3 server, and workers that share nothing but these. */
export class Cluster {
  readonly s3: S3Server;
  readonly temporal: ServerProcess;
  readonly hone: Hone;
  readonly #address: string;
  readonly #folder: string;
  readonly #workers: WorkerMachine[] = [];

  private constructor(folder: string, s3: S3Server, temporal: ServerProcess, address: string, hone: Hone) {
    this.#folder = folder;
    this.s3 = s3;
    this.temporal = temporal;
    this.#address = address;
    this.hone = hone;
  }

  static async start(): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), 'hone-cluster-'));
    const { process: temporal, address } = await temporalServer(folder);
    const [s3] = await Promise.all([S3Server.start(), temporal.begin()]);
    await cp(MODEL, join(folder, 'given', 'tiny-bert'), { recursive: true });
    await writeFile(join(folder, 'given', 'data.json'), JSON.stringify(duties()));
    return new Cluster(folder, s3, temporal, address, await Hone.connect({ address }));
  }

  /**
   * Starts a worker on a machine with an empty disk; resolves once it serves.
   * @param store Prefix in the bucket.
   * @param settings What else stands in its `worker.yaml`.
   */
  async worker(store: string, settings: object = {}, env: NodeJS.ProcessEnv = {}): Promise<WorkerMachine> {
    return (await this.startWorker(store, settings, env)).says(/Serving/);
  }

  /** The same, whether it can serve or not. */
  async startWorker(store: string, settings: object = {}, env: NodeJS.ProcessEnv = {}): Promise<WorkerMachine> {
    const home = await mkdtemp(join(this.#folder, 'machine-'));
    await mkdir(home, { recursive: true });
    await writeFile(join(home, 'worker.yaml'), JSON.stringify({ threads: 1, checkpointEveryS: 0.3, ...settings }));
    const its = {
      ...{ ...process.env, ...this.s3.env, NO_COLOR: '1' },
      ...{ TEMPORAL_ADDRESS: this.#address, HONE_HOME: home, HONE_STORE: `s3://${BUCKET}/${store}` },
      ...env,
    };
    const options = { cwd: join(this.#folder, 'given'), env: its, detached: true };
    const worker = new WorkerMachine(spawn(process.execPath, [HONE, 'worker'], options));
    this.#workers.push(worker);
    return worker;
  }

  /** A training of some seconds and thousands of steps. */
  async train(workflowId: string, epochs: number): Promise<string> {
    const request: RunRequest = {
      model: './tiny-bert',
      dataset: { train: 'data.json', validation: 'data.json' },
      training: { epochs, batchSize: 4, learningRate: 1e-3 },
      evaluation: { bm25: false },
    };
    await this.hone.start(request, { workflowId });
    return workflowId;
  }

  /** Resolves with the step once training is past one. */
  async past(workflowId: string, step: number): Promise<number> {
    const now = await this.pastOrOver(workflowId, step);
    if (now === 'over') throw new Error(`training ended before it was past step ${step}`);
    return now;
  }

  async pastOrOver(workflowId: string, step: number): Promise<number | 'over'> {
    for (;;) {
      const now = await this.#step(workflowId);
      if (now === 'over' || now > step) return now;
      await setTimeout(50);
    }
  }

  /** Steps done, as the run itself tells; 0 while Temporal does not answer, or an attempt has not begun to train. */
  async #step(workflowId: string): Promise<number | 'over'> {
    const progress = await this.hone.progress(workflowId).catch(() => undefined);
    const train = progress?.stages.find(({ name }) => name === 'train');
    if (train?.state === 'done' || train?.state === 'failed') return 'over';
    return train?.progress?.done ?? 0;
  }

  /** SHA-256 of the weights that the run ends with. */
  async weights(workflowId: string, store: ArtifactStore): Promise<string> {
    const { model } = await this.hone.result(workflowId);
    const file = model.files.find(({ path }) => path === 'model.safetensors');
    if (!file) throw new Error('the run ended without weights');
    return createHash('sha256')
      .update(await store.readObject(file.ref))
      .digest('hex');
  }

  async endWorkers(): Promise<void> {
    for (const worker of this.#workers.splice(0)) await worker.end('SIGKILL', true);
  }

  async remove(): Promise<void> {
    await this.endWorkers();
    await this.hone.close();
    await this.temporal.kill();
    await this.s3.remove();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function duties() {
  const subjects = ['pumps', 'valves', 'filters', 'seals', 'fans', 'belts', 'gears', 'motors', 'hoses', 'tanks'];
  const asked = subjects.flatMap((subject, i) =>
    ['who checks', 'when are due the', 'where are the', 'how old are the'].map(
      (words, j) => [`q${i}${j}`, `${words} ${subject}?`, `c${i}`] as const,
    ),
  );
  return {
    queries: Object.fromEntries(asked.map(([id, text]) => [id, text])),
    corpus: Object.fromEntries(subjects.map((subject, i) => [`c${i}`, `the ${subject} of hall ${i} are seen to.`])),
    relevant_docs: Object.fromEntries(asked.map(([id, , passage]) => [id, [passage]])),
    mode: 'text',
  };
}
