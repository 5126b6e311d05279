import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { Fault } from '../core/contracts/fault.ts';
import { withoutSecrets } from '../core/primitives/child-environment.ts';
import { isAlive } from '../core/primitives/scratch.ts';
import { type AttributeType, registerSearchAttributes } from './search-attributes.ts';
import {
  clearState,
  createPipe,
  holdPipe,
  readState,
  type ServerState,
  withLock,
  writeState,
} from './temporal-state.ts';

export { type FindTemporalOptions, findTemporal } from './temporal-binary.ts';

/** A server is usually healthy within 0.5 to 1.3 s; a cold disk or a busy machine may need far more. */
const START_MS = 60_000;
/** After SIGTERM the server closes its database, which takes about a second. */
const STOP_MS = 15_000;

export interface StartTemporalOptions {
  /** Path of the Temporal CLI; see `findTemporal`. */
  binary: string;
  /** Folder of the database, the log and the state file. At most one server runs over it at a time. */
  directory: string;
  /** Search attributes to register, name -> type. */
  searchAttributes?: Readonly<Record<string, AttributeType>>;
  onStatus?: ((status: string) => void) | undefined;
}

export interface TemporalServer {
  /** `127.0.0.1:7233` if that port was free, else another port. */
  readonly address: string;
  readonly uiUrl: string;
  readonly pid: number;
  /** Whether another process had started the server. */
  readonly joined: boolean;
  /** Stops using the server. The last process that does so, or dies, stops the server; its call waits for that. */
  close(): Promise<void>;
}

/**
 * Starts a development server on loopback over a database file in `directory`, or joins the one that runs there
 * already. It stops when the last process using it has closed it or died, `kill -9` included.
 * @throws Fault `config`, with the end of the server's log, if the server exits as it starts; `unavailable` if it does
 * not become healthy within a minute, or if another process holds the lock for that long.
 */
export async function startTemporal(options: StartTemporalOptions): Promise<TemporalServer> {
  const { directory, onStatus } = options;
  await mkdir(directory, { recursive: true });
  return withLock(directory, START_MS, async () => {
    const running = await joinTemporal(directory);
    if (running !== undefined) return running;
    onStatus?.('Starting Temporal');
    return start(options);
  });
}

/** Joins the server that runs over this directory's database. @returns undefined if none is alive and healthy. */
export async function joinTemporal(directory: string): Promise<TemporalServer | undefined> {
  const state = await readState(directory);
  // The pipe proves that it is our server: its process ID and port may belong to another process by now.
  const hold = state && holdPipe(state.pipe);
  if (state === undefined || hold === undefined) return undefined;
  if (await isHealthy(state.address, 10_000))
    return { ...state, joined: true, close: () => leave(directory, state, hold) };
  hold.release();
  return undefined;
}

/**
 * Shell script that starts a watchdog and then becomes the server (`exec`). The watchdog reads the pipe until nobody
 * holds it open any more, removes it and stops the server. The script is started in a session of its own, so that
 * Ctrl-C reaches the worker but not the server, which the worker still needs while it shuts down.
 */
const SERVER_WITH_WATCHDOG =
  '( cat "$0" >/dev/null; rm -rf "$(dirname "$0")"; kill -TERM $$ ) </dev/null >/dev/null 2>&1 & exec "$@"';

/** How the server exits if another process was faster in taking a port that it had chosen for itself. */
const PANIC = 'code 2';
const STARTS = 3;

async function start(options: StartTemporalOptions, starts = STARTS): Promise<TemporalServer> {
  const { binary, directory, searchAttributes = {} } = options;
  const log = join(directory, 'temporal.log');
  await rename(log, `${log}.1`).catch(() => {});
  const [port, uiPort] = await freePorts();
  const pipe = await createPipe();
  const hold = holdPipe(pipe, true);
  if (hold === undefined) throw new Error(`cannot open ${pipe}`);
  const output = openSync(log, 'a');
  const child = spawn(
    '/bin/sh',
    ['-c', SERVER_WITH_WATCHDOG, pipe, binary, ...flags(directory, port, uiPort, searchAttributes)],
    {
      detached: true,
      stdio: ['ignore', output, output],
      env: withoutSecrets(),
    },
  );
  closeSync(output);
  const address = `127.0.0.1:${port}`;
  const state: ServerState = {
    pid: child.pid ?? 0,
    address,
    uiUrl: `http://127.0.0.1:${uiPort}`,
    started: new Date().toISOString(),
    pipe,
  };
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  });
  const started = await Promise.race([isHealthy(address, START_MS).then((healthy) => healthy || NO_ANSWER), ended]);
  if (started !== true) {
    hold.release();
    await killGroup(child);
    await rm(dirname(pipe), { recursive: true, force: true });
    if (started === PANIC && starts > 1) return start(options, starts - 1);
    throw await startFault(String(started), log);
  }
  await registerAttributes(address, searchAttributes).catch(async (error) => {
    hold.release();
    await ended;
    throw error;
  });
  // A finished command must not wait for the server to exit.
  child.unref();
  await writeState(directory, state);
  return { ...state, joined: false, close: () => leave(directory, state, hold) };
}

/**
 * With the two pragmas and the two poll rates a no-op activity takes 19 ms instead of 46 to 72 ms.
 *
 * A task queue has one partition instead of four. The server unloads a partition that nobody has polled for five
 * minutes, and a worker polls one partition at a time, chosen at random. After a longer step, the next one waited for
 * minutes in an unloaded partition beside an idle worker.
 */
function flags(
  directory: string,
  port: number,
  uiPort: number,
  attributes: Readonly<Record<string, string>>,
): string[] {
  const settings = {
    '--ip': ['127.0.0.1'],
    '--port': [String(port)],
    '--ui-port': [String(uiPort)],
    '--ui-ip': ['127.0.0.1'],
    '--db-filename': [join(directory, 'temporal.db')],
    '--sqlite-pragma': ['journal_mode=wal', 'synchronous=normal'],
    '--dynamic-config-value': [
      'history.transferProcessorMaxPollRPS=2000',
      'history.timerProcessorMaxPollRPS=2000',
      'matching.numTaskqueueReadPartitions=1',
      'matching.numTaskqueueWritePartitions=1',
    ],
    '--search-attribute': Object.entries(attributes).map(([name, type]) => `${name}=${type}`),
    '--log-level': ['warn'],
  };
  return [
    'server',
    'start-dev',
    ...Object.entries(settings).flatMap(([flag, values]) => values.flatMap((v) => [flag, v])),
  ];
}

/** Registers search attributes in an existing database; the server's own flag does so only in a new one. */
async function registerAttributes(address: string, wanted: Readonly<Record<string, AttributeType>>): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    const registered = await registerSearchAttributes(connection, 'default', wanted);
    const missing = Object.keys(wanted).filter((name) => !registered.includes(name));
    if (missing.length === 0) return;
    throw new Fault(
      'unavailable',
      `The Temporal server at ${address} has not registered ${missing.join(', ')}.`,
      'Run the command again.',
    );
  } finally {
    await connection.close();
  }
}

const NO_ANSWER = 'no answer';

/** @param reason `NO_ANSWER`, or what the process ended with: an exit code, a signal, an error message. */
async function startFault(reason: string, log: string): Promise<Fault> {
  const lines = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-12);
  return new Fault(
    reason === NO_ANSWER ? 'unavailable' : 'config',
    reason === NO_ANSWER
      ? `The Temporal server did not become healthy within ${START_MS / 1000} s.`
      : `The Temporal server exited as it started (${reason}): ${lines.at(-1) || 'its log is empty'}`,
    `Read its log, ${log}, or set TEMPORAL_ADDRESS to another server.`,
    { details: lines },
  );
}

/** Stops using the server; if nobody else uses it, waits until it has stopped. */
async function leave(directory: string, state: ServerState, hold: { release(): void }): Promise<void> {
  await withLock(directory, START_MS, async () => {
    hold.release();
    // The watchdog deletes the pipe as soon as its last user has closed it.
    for (const deadline = performance.now() + 500; (await exists(state.pipe)) && performance.now() < deadline; )
      await sleep(20);
    if (await exists(state.pipe)) return;
    for (const deadline = performance.now() + STOP_MS; isAlive(state.pid) && performance.now() < deadline; )
      await sleep(20);
    if (isAlive(state.pid)) process.kill(state.pid, 'SIGKILL');
    await clearState(directory, state.pid);
  });
}

async function killGroup(child: ChildProcess): Promise<void> {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has exited already.
  }
}

async function isHealthy(address: string, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  do {
    const connection = await Connection.connect({ address, connectTimeout: 1_000 }).catch(() => undefined);
    try {
      if (connection !== undefined) {
        await connection.workflowService.describeNamespace({ namespace: 'default' });
        return true;
      }
    } catch {
      // It accepts connections but does not serve requests yet.
    } finally {
      await connection?.close();
    }
    await sleep(50);
  } while (performance.now() < deadline);
  return false;
}

/** Temporal's default ports if both are free, so that its own tools find the server; else any free ports. */
async function freePorts(): Promise<[number, number]> {
  const defaults = await Promise.all([freePort(7233), freePort(8233)]);
  if (defaults.every((port) => port !== undefined)) return [7233, 8233];
  return [(await freePort(0)) ?? 0, (await freePort(0)) ?? 0];
}

/** @param port 0 for any. @returns undefined if it is in use. */
function freePort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(address !== null && typeof address === 'object' ? address.port : undefined));
    });
  });
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
