import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { openStore } from '../../core/artifacts/open-store.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { Chunk } from '../../core/contracts/corpus.ts';
import type { QuestionsResult } from '../../core/contracts/questions.ts';
import type { RunRequest } from '../../core/contracts/run-input.ts';
import { SEARCH_ATTRIBUTES } from '../../core/contracts/search-attributes.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { sha256 } from '../../core/primitives/hash.ts';
import { parseRunInput } from '../../core/run/parse-input.ts';
import { findTemporal, startTemporal } from '../../workers/temporal-server.ts';

const HONE = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export type Asked = StepResult<QuestionsResult>;

/** A `hone worker` process with a home of its own. */
export interface FleetWorker {
  process: ChildProcess;
  /** What it has said. */
  log(): string;
  ended: Promise<number | null>;
}

/** Where Temporal answers, and how it is let go of. */
interface ServedTemporal {
  address: string;
  close(): Promise<unknown>;
}

/** A Temporal server, a store, and worker processes on one machine that know each other through nothing else. */
export class Fleet {
  readonly folder: string;
  readonly server: ServedTemporal;
  readonly client: Client;
  readonly store: ArtifactStore;
  readonly workers: FleetWorker[] = [];
  readonly #connection: Connection;
  #serial = 0;

  private constructor(folder: string, server: ServedTemporal, connection: Connection, store: ArtifactStore) {
    this.folder = folder;
    this.server = server;
    this.#connection = connection;
    this.client = new Client({ connection });
    this.store = store;
  }

  /** @param serve Starts Temporal with its database in this folder; default: as Hone itself does. */
  static async start(serve: (folder: string) => Promise<ServedTemporal> = serveAsHone): Promise<Fleet> {
    const folder = await mkdtemp(join(tmpdir(), 'hone-fleet-'));
    const directory = join(folder, 'temporal');
    await mkdir(directory);
    const server = await serve(directory);
    const connection = await Connection.connect({ address: server.address });
    return new Fleet(folder, server, connection, await openStore(join(folder, 'store')));
  }

  /** Starts a worker whose profile `default` is this; resolves once it serves. */
  async work(profile: Record<string, unknown>, queues = ['llm', 'workflow']): Promise<FleetWorker> {
    const home = join(this.folder, `worker-${this.#serial++}`);
    await mkdir(home);
    await writeFile(join(home, 'worker.yaml'), JSON.stringify({ profiles: { default: profile } }));
    const { OPENAI_BASE_URL: _, OPENAI_API_KEY: __, ...inherited } = process.env;
    const child = spawn(process.execPath, [HONE, 'worker', '--queue', ...queues], {
      cwd: this.folder,
      env: {
        ...inherited,
        TEMPORAL_ADDRESS: this.server.address,
        HONE_HOME: home,
        HONE_STORE: join(this.folder, 'store'),
        OPENAI_API_KEY: 'sk-of-the-fleet',
      },
    });
    let said = '';
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const worker = { process: child, log: () => said, ended };
    this.workers.push(worker);
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (data) => {
        said += data;
        if (said.includes('Serving')) resolve();
      });
      void ended.then(() => reject(new Error(`a worker ended before it served:\n${said}`)));
    });
    return worker;
  }

  async putChunks(texts: readonly string[]): Promise<ArtifactRef> {
    const lines = texts.map((text) => `${JSON.stringify(chunkOf(text))}\n`);
    return this.store.putObject(Buffer.from(lines.join('')));
  }

  /** Starts the question step by itself. */
  ask(
    workflowId: string,
    chunks: ArtifactRef,
    questions: RunRequest['questions'] = {},
    more: { historyEvents?: number } = {},
  ): Promise<WorkflowHandle<() => Promise<Asked>>> {
    const { questions: options } = parseRunInput({ documents: ['.'], questions });
    return this.client.workflow.start<(input: unknown) => Promise<Asked>>('questionsFor', {
      workflowId,
      taskQueue: 'hone',
      args: [{ chunks, options, ...more }],
    });
  }

  /** Ends all workers at once, as a power cut would. */
  async dismiss(): Promise<void> {
    const dismissed = this.workers.splice(0);
    for (const { process } of dismissed) process.kill('SIGKILL');
    await Promise.all(dismissed.map(({ ended }) => ended));
  }

  async close(): Promise<void> {
    await this.dismiss();
    await this.#connection.close();
    await this.server.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function serveAsHone(directory: string): Promise<ServedTemporal> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hone', 'temporal');
  return startTemporal({ binary: await findTemporal({ cache }), directory, searchAttributes: SEARCH_ATTRIBUTES });
}

/** Short passages, no two alike, those of one site unlike those of another. @param words that each has beyond its first sentence, about. */
export function passages(site: string, count: number, words = 0): string[] {
  return Array.from({ length: count }, (_, index) => {
    // Lengths that differ, so that requests do not all cost the same.
    const length = Math.round(words * (0.5 + (index % 11) / 10));
    const more = Array.from({ length }, (_, at) => `part${(index * 7 + at) % 997}`);
    return `The valve V-${index} of ${site} opens at ${index % 17} bar and is serviced every autumn. ${more.join(' ')}`;
  });
}

function chunkOf(text: string): Chunk {
  const id = sha256(text).slice(0, 16);
  return { id, documentId: 'd', path: 'handbook.md', headings: [], text, tokens: 10, language: 'en' };
}
