import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { openStore } from '../../core/artifacts/open-store.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { Chunk } from '../../core/contracts/corpus.ts';
import type { QuestionsResult } from '../../core/contracts/questions.ts';
import type { RunRequest } from '../../core/contracts/run-input.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { sha256 } from '../../core/primitives/hash.ts';
import { parseRunInput } from '../../core/run/parse-input.ts';
import type { Harness } from './harness.ts';
import type { ManagedProcess } from './managed-process.ts';
import { createProject, type Project } from './project.ts';
import { startTemporalServer, type TemporalServer } from './temporal-server.ts';

export type QuestionsOutcome = StepResult<QuestionsResult>;

/** Worker processes that ask questions about chunks. They share a Temporal server and a store on disk, nothing else. */
export class Fleet {
  readonly temporal: TemporalServer;
  readonly client: Client;
  readonly store: ArtifactStore;
  /** Those started since the last `killWorkers`. */
  readonly workers: ManagedProcess[] = [];
  readonly #project: Project;

  private constructor(temporal: TemporalServer, client: Client, store: ArtifactStore, project: Project) {
    this.temporal = temporal;
    this.client = client;
    this.store = store;
    this.#project = project;
  }

  /** Starts the Temporal server; there are no workers yet. */
  static async start(harness: Harness): Promise<Fleet> {
    const temporal = await startTemporalServer(harness);
    const connection = await harness.use(Connection.connect({ address: temporal.address }));
    const store = await harness.folder('store');
    const project = await createProject(harness, {
      TEMPORAL_ADDRESS: temporal.address,
      HONE_STORE: store,
      OPENAI_API_KEY: 'sk-of-the-fleet',
    });
    return new Fleet(temporal, new Client({ connection }), await openStore(store), project);
  }

  /** Starts a worker with this profile as `default`; resolves once it takes tasks. */
  async startWorker(profile: Record<string, unknown>): Promise<ManagedProcess> {
    const worker = await this.#project.startWorker({
      args: ['--queue', 'llm', 'workflow'],
      ownHome: { profiles: { default: profile } },
    });
    this.workers.push(worker);
    return worker;
  }

  /** Kills all workers at once, as a power failure does. */
  async killWorkers(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.killGroup()));
  }

  /** Stores one chunk for each text, as the chunks step does. */
  putChunks(texts: readonly string[]): Promise<ArtifactRef> {
    const lines = texts.map((text) => `${JSON.stringify(chunkOf(text))}\n`);
    return this.store.putObject(Buffer.from(lines.join('')));
  }

  /**
   * Starts the questions step as a workflow of its own.
   * @param historyEvents Length at which histories continue as new.
   */
  ask(
    workflowId: string,
    chunks: ArtifactRef,
    questions: RunRequest['questions'] = {},
    historyEvents?: number,
  ): Promise<WorkflowHandle<() => Promise<QuestionsOutcome>>> {
    const { questions: options } = parseRunInput({ documents: ['.'], questions });
    return this.client.workflow.start<(input: unknown) => Promise<QuestionsOutcome>>('questionsFor', {
      workflowId,
      taskQueue: 'hone',
      args: [{ chunks, options, historyEvents }],
    });
  }
}

function chunkOf(text: string): Chunk {
  const id = sha256(text).slice(0, 16);
  return { id, documentId: 'd', path: 'handbook.md', headings: [], text, tokens: 10, language: 'en' };
}
