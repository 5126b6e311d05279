import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../core/contracts/search-attributes.ts';
import { findTemporal } from '../../workers/temporal-binary.ts';
import type { StartTemporalOptions } from '../../workers/temporal-server.ts';
import type { Harness } from './harness.ts';
import { freePorts, RestartableServer } from './restartable-server.ts';

const run = promisify(execFile);

export interface TemporalServerOptions {
  /** Registered with a new server, name -> type. Default: those of Hone. */
  searchAttributes?: StartTemporalOptions['searchAttributes'];
  /** Default: a free one. */
  port?: number;
  /** Of the web UI. Default: there is none. */
  uiPort?: number;
  /** Of the server's own metrics for Prometheus, at `/metrics`. Default: they are not answered. */
  metricsPort?: number;
}

/** Path of the Temporal CLI, which is fetched once into the user's cache. */
export function temporalBinary(): Promise<string> {
  return findTemporal({ cache: join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hone', 'temporal') });
}

/** A Temporal development server apart from Hone. Killed and started again, it still has everything it acknowledged. */
export class TemporalServer extends RestartableServer {
  /** `host:port`, for `TEMPORAL_ADDRESS`. */
  readonly address: string;
  readonly #binary: string;

  /** Use `startTemporalServer`. */
  constructor(harness: Harness, binary: string, address: string, folder: string, args: readonly string[]) {
    super(harness, { command: binary, args, cwd: folder, isReady: () => isReady(address) });
    this.#binary = binary;
    this.address = address;
  }

  /**
   * Runs `temporal ARGS` against this server.
   * @returns its stdout.
   * @throws Error if it exits with a code other than 0.
   */
  async cli(args: readonly string[], cwd?: string): Promise<string> {
    const env = { ...process.env, TEMPORAL_ADDRESS: this.address };
    const { stdout } = await run(this.#binary, [...args], { cwd, env });
    return stdout;
  }
}

/** Starts a Temporal server with a new database; resolves once it answers. */
export async function startTemporalServer(
  harness: Harness,
  { searchAttributes = SEARCH_ATTRIBUTES, port: wanted, uiPort, metricsPort }: TemporalServerOptions = {},
): Promise<TemporalServer> {
  const [binary, folder, [free]] = await Promise.all([temporalBinary(), harness.folder('temporal'), freePorts(1)]);
  const port = wanted ?? free;
  const attributes = Object.entries(searchAttributes).map(([name, type]) => `${name}=${type}`);
  const args = [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'warn'],
    ...(uiPort === undefined ? ['--headless'] : ['--ui-ip', '127.0.0.1', '--ui-port', String(uiPort)]),
    ...(metricsPort === undefined ? [] : ['--metrics-port', String(metricsPort)]),
    ...['--db-filename', join(folder, 'temporal.db')],
    // As the server that Hone starts (workers/temporal-server.ts), for the same reasons.
    ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'],
    ...['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=2000'],
    ...['--dynamic-config-value', 'history.timerProcessorMaxPollRPS=2000'],
    ...['--dynamic-config-value', 'matching.numTaskqueueReadPartitions=1'],
    ...['--dynamic-config-value', 'matching.numTaskqueueWritePartitions=1'],
    ...attributes.flatMap((attribute) => ['--search-attribute', attribute]),
  ];
  const server = new TemporalServer(harness, binary, `127.0.0.1:${port}`, folder, args);
  await server.start();
  return server;
}

async function isReady(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 1000 }).catch(() => undefined);
  try {
    // Workflows can be listed only once visibility is up, which is later than the rest.
    await connection?.workflowService.listWorkflowExecutions({ namespace: 'default', pageSize: 1 });
    return connection !== undefined;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}
