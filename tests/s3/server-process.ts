import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';

const STARTS_WITHIN_MS = 60_000;

/** A server that can be killed and started again: same command, same ports, same files. */
export class ServerProcess {
  readonly #command: readonly [string, ...string[]];
  readonly #folder: string;
  readonly #answers: () => Promise<boolean>;
  #child: ChildProcess | undefined;

  /** @param answers Whether it does its work by now. */
  constructor(command: readonly [string, ...string[]], folder: string, answers: () => Promise<boolean>) {
    this.#command = command;
    this.#folder = folder;
    this.#answers = answers;
  }

  async begin(): Promise<void> {
    const [command, ...args] = this.#command;
    const child = spawn(command, args, { cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (log = (log + data).slice(-4000)));
    this.#child = child;
    for (const deadline = Date.now() + STARTS_WITHIN_MS; !(await this.#answers()); await setTimeout(50))
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${command} did not start:\n${log}`);
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  }
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
