import { Hone } from '../../client/hone.ts';
import { configuredServer } from '../../client/settings.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { ServedHere } from '../../workers/embedded.ts';
import type { Io } from './io.ts';

export interface SessionOptions {
  /** Where hone runs Temporal itself. */
  worker: ServedHere;
  /** Folders whose documents runs may read. */
  grant?: readonly string[];
  /** Where artifacts are kept. */
  store?: string;
  onStatus?(line: string): void;
}

/** A client, and whatever had to be started on this machine for it. */
export interface Session {
  hone: Hone;
  /** Temporal runs inside this process' care; closing pauses runs. */
  embedded: boolean;
  /** Where a person can look: the web UI, or the server's address. */
  temporal: string;
  close(): Promise<void>;
}

/** Whether a server of the user's own is named, so that hone only connects. */
export function isConnected(): boolean {
  return configuredServer() !== undefined;
}

/** Connects to the configured Temporal server; where none is, runs one in `.hone/`. */
export async function openSession({ worker, grant, store, onStatus }: SessionOptions): Promise<Session> {
  const configured = configuredServer();
  if (configured) {
    if (store !== undefined) {
      throw new Fault(
        'input',
        '--store was given, but the workers of a Temporal server of yours have their own store.',
        'Set HONE_STORE where `hone worker` runs, or unset TEMPORAL_ADDRESS.',
      );
    }
    const hone = await Hone.connect();
    const temporal = configured.connectionOptions.address ?? 'localhost:7233';
    return { hone, embedded: false, temporal, close: () => hone.close() };
  }
  const { startEmbedded } = await import('../../workers/embedded.ts');
  const embedded = await startEmbedded({
    worker,
    ...(grant === undefined ? {} : { grant: [...grant] }),
    ...(store === undefined ? {} : { store }),
    ...(onStatus === undefined ? {} : { onStatus }),
  });
  try {
    const { address, namespace, uiUrl } = embedded;
    const hone = await Hone.connect({ address, namespace });
    return {
      hone,
      embedded: true,
      temporal: uiUrl ?? address,
      async close() {
        await hone.close();
        await embedded.close();
      },
    };
  } catch (error) {
    await embedded.close();
    throw error;
  }
}

/** Does some work in a session, and closes it whatever comes of that. */
export async function inSession<T>(
  options: Omit<SessionOptions, 'onStatus'>,
  { err }: Io,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession({ ...options, onStatus: (line) => err.line(line) });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
