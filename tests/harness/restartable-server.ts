import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Harness } from './harness.ts';
import type { ManagedProcess } from './managed-process.ts';

const READY_WITHIN_MS = 60_000;

export interface ServerCommand {
  command: string;
  args: readonly string[];
  /** Working folder. */
  cwd: string;
  /** Whether the server does its work by now. */
  isReady: () => Promise<boolean>;
}

/** A server that can be killed and started again: same command, same ports, same files. */
export class RestartableServer {
  readonly #harness: Harness;
  readonly #server: ServerCommand;
  #process: ManagedProcess | undefined;

  /** Starts nothing yet. */
  constructor(harness: Harness, server: ServerCommand) {
    this.#harness = harness;
    this.#server = server;
  }

  /**
   * Starts the server and waits until it is ready.
   * @throws Error with its log if it ends or is not ready within a minute.
   */
  async start(): Promise<void> {
    const { command, args, cwd, isReady } = this.#server;
    const started = this.#harness.spawn(command, args, { cwd });
    this.#process = started;
    // Its data is thrown away: nothing is gained from an orderly end.
    this.#harness.defer(() => started.killGroup());
    for (const deadline = Date.now() + READY_WITHIN_MS; !(await isReady()); await setTimeout(50))
      if (!started.isRunning || Date.now() > deadline)
        throw new Error(`${command} did not become ready:\n${started.log.slice(-4000)}`);
  }

  /** Ends the server as a crash would. */
  async kill(): Promise<void> {
    await this.#process?.killGroup();
  }

  /** Kills the server, and starts it again after an outage of that many milliseconds. */
  async restart(outageMs: number): Promise<void> {
    await this.kill();
    await setTimeout(outageMs);
    await this.start();
  }
}

/** Ports of 127.0.0.1 that are free at the moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
