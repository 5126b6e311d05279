import { ApplicationFailure } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor, NativeConnection } from '@temporalio/worker';
import { Fault } from '../core/contracts/fault.ts';

/** For another worker to take the step. */
const RETRY_AFTER_MS = 1_000;

type Connected = Pick<NativeConnection, 'workflowService'>;

/**
 * The server that a worker was started for, by the id of its namespace: it outlives restarts of the server, and another
 * database at the same address has another one.
 */
export class OneServer {
  readonly #connection: Connected;
  readonly #namespace: string;
  /** Undefined if the server does not tell. */
  readonly #id: string | undefined;
  readonly #onOther: (fault: Fault) => void;

  private constructor(
    connection: Connected,
    namespace: string,
    id: string | undefined,
    onOther: (fault: Fault) => void,
  ) {
    this.#connection = connection;
    this.#namespace = namespace;
    this.#id = id;
    this.#onOther = onOther;
  }

  /** @param onOther Called when another server answers at the address, which this worker must not work for. */
  static async of(connection: Connected, namespace: string, onOther: (fault: Fault) => void): Promise<OneServer> {
    const id = await namespaceId(connection, namespace).catch(() => undefined);
    return new OneServer(connection, namespace, id, onOther);
  }

  /** @throws Fault `unavailable` if another server answers; the server's error if it does not answer. */
  async check(): Promise<void> {
    if (this.#id === undefined || (await namespaceId(this.#connection, this.#namespace)) === this.#id) return;
    const fault = new Fault(
      'unavailable',
      `Another Temporal server answers at the address of the one that this worker was started for (its namespace ${this.#namespace} is another one).`,
      'This worker stops: its store may not be that of the runs there. Start it again if it should serve them.',
    );
    this.#onOther(fault);
    throw fault;
  }

  /** Looks before each step: a connection finds a new server by itself, and tasks may come before anybody notices. */
  interceptor(): { inbound: ActivityInboundCallsInterceptor } {
    return {
      inbound: {
        execute: async (input, next) => {
          await this.check().catch((error: Error) => {
            throw ApplicationFailure.create({
              message: error.message,
              type: 'Fault',
              nextRetryDelay: RETRY_AFTER_MS,
              cause: error,
            });
          });
          return next(input);
        },
      },
    };
  }
}

async function namespaceId({ workflowService }: Connected, namespace: string): Promise<string | undefined> {
  return (await workflowService.describeNamespace({ namespace })).namespaceInfo?.id || undefined;
}
