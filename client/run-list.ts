import type { Client } from '@temporalio/client';
import { Fault } from '../core/contracts/fault.ts';
import { slug } from './run-id.ts';
import { type RunSummary, summaryOf } from './run-summary.ts';
import { serviceFault } from './service-fault.ts';
import type { TenantNames } from './tenant-names.ts';

/** Time-out of a request to the server. */
export const REQUEST_MS = 10_000;
/** Visibility query of all runs and retrainings. */
const RUNS = "WorkflowType IN ('fineTune', 'retrain')";

/** The runs and retrainings of a tenant that a server knows, open or closed. */
export class RunList {
  /** Reads what it can of runs that are encrypted. */
  readonly #lenient: Client;
  readonly #server: string;
  readonly #names: TenantNames;

  constructor(lenient: Client, server: string, names: TenantNames) {
    this.#lenient = lenient;
    this.#server = server;
    this.#names = names;
  }

  /** Latest first. */
  async latest(limit: number): Promise<RunSummary[]> {
    return this.#list(`${RUNS} AND TaskQueue = '${this.#names.queue}'`, limit);
  }

  /** As `Hone.find`. */
  async find(idOrName: string): Promise<RunSummary> {
    const id = this.#names.find(idOrName);
    if (id === undefined) throw noSuchRun(idOrName);
    const { queue, prefix } = this.#names;
    const named = `${prefix}${slug(idOrName)}`;
    const candidates = await this.#list(
      `${RUNS} AND TaskQueue = '${queue}' AND (WorkflowId = '${escaped(id)}' OR WorkflowId STARTS_WITH '${escaped(named)}-')`,
      100,
    );
    const found =
      candidates.find(({ workflowId }) => workflowId === id) ??
      // Without the hash of the request.
      candidates.find(({ workflowId }) => workflowId.replace(/-[0-9a-f]{8}$/, '') === named) ??
      candidates.find(({ title }) => title === idOrName);
    if (found) return found;
    throw noSuchRun(idOrName);
  }

  async #list(query: string, limit: number): Promise<RunSummary[]> {
    try {
      return await this.#lenient.withDeadline(Date.now() + REQUEST_MS, async () => {
        const runs: RunSummary[] = [];
        for await (const info of this.#lenient.workflow.list({ query, pageSize: Math.min(limit, 1000) })) {
          runs.push(summaryOf(info));
          if (runs.length >= limit) break;
        }
        return runs;
      });
    } catch (error) {
      throw serviceFault(error, this.#server);
    }
  }
}

export function noSuchRun(idOrName: string): Fault {
  return new Fault('input', `There is no run ${idOrName}.`, '`hone list` lists the runs.');
}

/** For a string in a visibility query. */
function escaped(text: string): string {
  return text.replaceAll("'", "''");
}
