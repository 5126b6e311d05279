import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { decode as decodePayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { Fault } from '../core/contracts/fault.ts';
import { hashesIn } from '../core/primitives/hash.ts';
import { serviceFault } from './service-fault.ts';

/** The server's list of workflows may be some seconds behind; a run that has just ended may have left a successor. */
const LISTED_AFTER_END_MS = 60 * 60_000;

/**
 * The runs that are open, or ended a moment ago, of all workflows of a tenant. Their histories hold all that
 * a run refers to: its input, and what its activities and children returned.
 */
export class OpenRuns {
  readonly #client: Client;
  readonly #server: string;
  readonly #queue: string;
  readonly #lenient: Client;
  readonly #listedAfterEndMs: number;

  /**
   * @param queue The task queue of the workflows of the tenant.
   * @param lenient lists also runs whose memo `client` cannot decrypt.
   * @param listedAfterEndMs Time for which runs that have ended count as open; default an hour.
   */
  constructor(client: Client, server: string, queue: string, lenient: Client, listedAfterEndMs = LISTED_AFTER_END_MS) {
    this.#client = client;
    this.#server = server;
    this.#queue = queue;
    this.#lenient = lenient;
    this.#listedAfterEndMs = listedAfterEndMs;
  }

  async workflowIds(): Promise<string[]> {
    return (await this.#list()).map(({ workflowId }) => workflowId);
  }

  /**
   * Every SHA-256 sum in the histories of the runs.
   * @throws Fault `config` if the histories are encrypted with a key that is not here, or written by another codec, so
   * that nobody can tell what they hold.
   */
  async hashes(): Promise<Set<string>> {
    const hashes = new Set<string>();
    for (const { workflowId, runId } of await this.#list()) {
      const history = await this.#call(() => this.#client.workflow.getHandle(workflowId, runId).fetchHistory());
      for (const payload of payloadsIn(history.events)) {
        const [decoded = payload] = await this.#call(() => decode(this.#client, payload));
        for (const hash of hashesIn(readable(decoded, workflowId))) hashes.add(hash);
      }
    }
    return hashes;
  }

  async #list(): Promise<{ workflowId: string; runId: string }[]> {
    const ended = new Date(Date.now() - this.#listedAfterEndMs).toISOString();
    const query = `TaskQueue = '${this.#queue}' AND (ExecutionStatus = 'Running' OR CloseTime > '${ended}')`;
    return this.#call(async () => {
      const runs: { workflowId: string; runId: string }[] = [];
      for await (const { workflowId, runId } of this.#lenient.workflow.list({ query }))
        runs.push({ workflowId, runId });
      return runs;
    });
  }

  async #call<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw serviceFault(error, this.#server);
    }
  }
}

function decode({ options }: Client, payload: Payload): Promise<Payload[]> {
  return decodePayloads(options.loadedDataConverter.payloadCodecs, [payload]);
}

/** All payloads inside a value of the protocol, at any depth. */
function* payloadsIn(value: unknown): Generator<Payload> {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return;
  if ('metadata' in value && 'data' in value) yield value as Payload;
  else for (const inner of Object.values(value)) yield* payloadsIn(inner);
}

function readable({ metadata, data }: Payload, workflowId: string): Uint8Array {
  const encoding = Buffer.from(metadata?.encoding ?? []).toString();
  if (/^(?:json|binary)\/(?:plain|null|protobuf)$|^$/.test(encoding)) return data ?? new Uint8Array();
  throw new Fault(
    'config',
    `The history of ${workflowId} is written as ${encoding}, so nobody can tell which objects the run needs.`,
    'Collect while no run is open, or leave the store as it is.',
  );
}
