import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { Fault } from '../core/contracts/fault.ts';
import { type AttributeType, registerSearchAttributes } from './search-attributes.ts';
import {
  alone,
  clearState,
  createPipe,
  holdPipe,
  isAlive,
  readState,
  type ServerState,
  writeState,
} from './temporal-state.ts';

export { type FindTemporalOptions, findTemporal } from './temporal-binary.ts';

/** Healthy within 0.5–1.3 s as a rule; a cold disk or a starved machine may need far more. */
const START_MS = 60_000;
/** After SIGTERM the server closes its database; it takes about a second. */
const STOP_MS = 15_000;

export interface StartTemporalOptions {
  /** The Temporal CLI, as `findTemporal` answers it. */
  binary: string;
  /** Holds the database, the log and the state file; one server at a time serves it. */
  directory: string;
  /** Search attributes to register, name -> type. */
  searchAttributes?: Readonly<Record<string, AttributeType>>;
  onStatus?: ((status: string) => void) | undefined;
}

export interface TemporalServer {
  /** `127.0.0.1:7233` where that port was free. */
  readonly address: string;
  readonly uiUrl: string;
  readonly pid: number;
  /** Whether another process had started it. */
  readonly joined: boolean;
  /** This process needs the server no longer. The last user's call (or death) ends it; waits until it is down. */
  close(): Promise<void>;
}

/**
 * Starts a development server on loopback over a database file in `directory`, or joins the one that already serves it.
 * It stops when the last process using it has closed it or died, `kill -9` included.
 * @throws Fault `config` with the end of the server's log if it ends early; `unavailable` if it never becomes healthy.
 */
export async function startTemporal(options: StartTemporalOptions): Promise<TemporalServer> {
  const { directory, onStatus } = options;
  await mkdir(directory, { recursive: true });
  return alone(directory, START_MS, async () => {
    const running = await joinTemporal(directory);
    if (running !== undefined) return running;
    onStatus?.('starting Temporal');
    return start(options);
  });
}

/** The server that some process runs over this directory's database; undefined if none is alive and healthy. */
export async function joinTemporal(directory: string): Promise<TemporalServer | undefined> {
  const state = await readState(directory);
  // Only our own server's users hold its pipe: a process id or a port that meanwhile belongs to another cannot deceive.
  const hold = state && holdPipe(state.pipe);
  if (state === undefined || hold === undefined) return undefined;
  if (await isHealthy(state.address, 10_000))
    return { ...state, joined: true, close: () => leave(directory, state, hold) };
  hold.release();
  return undefined;
}

/**
 * The shell becomes the server (`exec`), and beside it waits a watchdog: reading the pipe ends when nobody holds it any
 * more. In a session of its own, so that a Ctrl-C reaches the worker first and the server only when that is done.
 */
const SUPERVISED =
  '( cat "$0" >/dev/null; rm -rf "$(dirname "$0")"; kill -TERM $$ ) </dev/null >/dev/null 2>&1 & exec "$@"';

async function start({ binary, directory, searchAttributes = {} }: StartTemporalOptions): Promise<TemporalServer> {
  const log = join(directory, 'temporal.log');
  await rename(log, `${log}.1`).catch(() => {});
  const [port, uiPort] = await freePorts();
  const pipe = await createPipe();
  const hold = holdPipe(pipe, true);
  if (hold === undefined) throw new Error(`cannot open ${pipe}`);
  const output = openSync(log, 'a');
  const child = spawn(
    '/bin/sh',
    ['-c', SUPERVISED, pipe, binary, ...flags(directory, port, uiPort, searchAttributes)],
    {
      detached: true,
      stdio: ['ignore', output, output],
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
  const stillborn = await Promise.race([ended, isHealthy(address, START_MS).then((healthy) => healthy || 'no answer')]);
  if (stillborn !== true) {
    hold.release();
    await endGroup(child);
    await rm(dirname(pipe), { recursive: true, force: true });
    throw await startFault(String(stillborn), log);
  }
  await registerAttributes(address, searchAttributes).catch(async (error) => {
    hold.release();
    await ended;
    throw error;
  });
  // A command that is done must not wait for the server to end.
  child.unref();
  await writeState(directory, state);
  return { ...state, joined: false, close: () => leave(directory, state, hold) };
}

/** The two pragmas and the two poll rates make a no-op activity cost 19 ms instead of 46–72 ms. */
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
    '--dynamic-config-value': ['history.transferProcessorMaxPollRPS=2000', 'history.timerProcessorMaxPollRPS=2000'],
    '--search-attribute': Object.entries(attributes).map(([name, type]) => `${name}=${type}`),
    '--log-level': ['warn'],
  };
  return [
    'server',
    'start-dev',
    ...Object.entries(settings).flatMap(([flag, values]) => values.flatMap((v) => [flag, v])),
  ];
}

/** The server's flag registers them in a new database only; in one that an earlier version made, they are added here. */
async function registerAttributes(address: string, wanted: Readonly<Record<string, AttributeType>>): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    const known = await registerSearchAttributes(connection, 'default', wanted);
    const missing = Object.keys(wanted).filter((name) => !known.includes(name));
    if (missing.length === 0) return;
    throw new Fault(
      'unavailable',
      `The Temporal server at ${address} has not registered ${missing.join(', ')}.`,
      'Start it again.',
    );
  } finally {
    await connection.close();
  }
}

async function startFault(how: string, log: string): Promise<Fault> {
  const lines = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-12);
  return new Fault(
    how === 'no answer' ? 'unavailable' : 'config',
    how === 'no answer'
      ? `The Temporal server did not become healthy within ${START_MS / 1000} s.`
      : `The Temporal server ended as it started (${how}): ${lines.at(-1) || 'its log is empty'}`,
    `Look into ${log}; a server of your own can be named in TEMPORAL_ADDRESS.`,
    { details: lines },
  );
}

/** Lets go of the server, and sees it out if nobody else is using it. */
async function leave(directory: string, state: ServerState, hold: { release(): void }): Promise<void> {
  await alone(directory, START_MS, async () => {
    hold.release();
    // Nobody reads the pipe but the watchdog: it deletes it as soon as the last user has let go.
    for (const giveUp = Date.now() + 500; (await exists(state.pipe)) && Date.now() < giveUp; ) await sleep(20);
    if (await exists(state.pipe)) return;
    for (const giveUp = Date.now() + STOP_MS; isAlive(state.pid) && Date.now() < giveUp; ) await sleep(20);
    if (isAlive(state.pid)) process.kill(state.pid, 'SIGKILL');
    await clearState(directory, state.pid);
  });
}

async function endGroup(child: ChildProcess): Promise<void> {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

async function isHealthy(address: string, withinMs: number): Promise<boolean> {
  const giveUp = Date.now() + withinMs;
  do {
    const connection = await Connection.connect({ address, connectTimeout: 1_000 }).catch(() => undefined);
    try {
      if (connection !== undefined) {
        await connection.workflowService.describeNamespace({ namespace: 'default' });
        return true;
      }
    } catch {
      // Listening, but not yet serving.
    } finally {
      await connection?.close();
    }
    await sleep(50);
  } while (Date.now() < giveUp);
  return false;
}

/** Temporal's well-known ports where they are free, so that its own tools find it without being told; else any. */
async function freePorts(): Promise<[number, number]> {
  const usual = await Promise.all([isFree(7233), isFree(8233)]);
  return usual.every((port) => port !== undefined) ? [7233, 8233] : [(await isFree(0)) ?? 0, (await isFree(0)) ?? 0];
}

function isFree(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(port, '127.0.0.1', () => {
      const bound = (probe.address() as { port: number }).port;
      probe.close(() => resolve(bound));
    });
  });
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
