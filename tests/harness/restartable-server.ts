import { randomInt } from 'node:crypto';
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
   * Starts the server and waits until it is ready. A server that ends at once, as the Temporal server does where
   * another process took a port that it had chosen for itself, is started again, twice at most.
   * @throws Error with its log if it ends or is not ready within a minute.
   */
  async start(): Promise<void> {
    const { command, args, cwd, isReady } = this.#server;
    for (let tries = 1; ; tries++) {
      const started = this.#harness.spawn(command, args, { cwd });
      this.#process = started;
      // Its data is thrown away: nothing is gained from an orderly end.
      this.#harness.defer(() => started.killGroup());
      const deadline = Date.now() + READY_WITHIN_MS;
      while (started.isRunning && Date.now() < deadline) {
        if (await isReady()) return;
        await setTimeout(50);
      }
      if (started.isRunning || tries === 3)
        throw new Error(`${command} did not become ready:\n${started.log.slice(-4000)}`);
    }
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

/** Ports of 127.0.0.1 that are free at the moment, and that no outgoing connection is given while a server is down. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    // Linux, macOS and Windows take the ports of outgoing connections from 32768 upwards.
    const port = randomInt(15_000, 32_768);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
