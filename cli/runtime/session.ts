import { Hone } from '../../client/hone.ts';
import { configuredServer } from '../../client/settings.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { WorkerScope } from '../../workers/embedded.ts';
import { t } from '../i18n/translate.ts';
import type { Io } from './io.ts';

export interface SessionOptions {
  /** What the embedded worker does, where Hone runs its own Temporal server. */
  worker: WorkerScope;
  /** Folders and `s3://` prefixes that the embedded worker may read. */
  grant?: readonly string[] | undefined;
  /** Where the embedded worker keeps artifacts. */
  store?: string | undefined;
  onStatus?: ((line: string) => void) | undefined;
}

/** A client, with the Temporal server and worker that had to be started for it on this machine. */
export interface Session {
  hone: Hone;
  /** Hone runs the Temporal server and a worker for as long as this session is open. */
  embedded: boolean;
  /** Web UI of the Temporal server, or its address. */
  temporal: string;
  close(): Promise<void>;
}

/** Whether the user has configured a Temporal server; otherwise Hone runs its own. */
export function isServerConfigured(): boolean {
  return configuredServer() !== undefined;
}

/**
 * Connects to the configured Temporal server; where there is none, starts one in `.hone/`.
 * @throws Fault `input` if `store` is given with a configured server; `unavailable` if the server does not answer.
 */
export async function openSession({ worker, grant, store, onStatus }: SessionOptions): Promise<Session> {
  const configured = configuredServer();
  if (configured) {
    if (store !== undefined) {
      throw new Fault(
        'input',
        '--store was given, but a Temporal server is configured, whose workers have a store of their own.',
        'Set HONE_STORE where `hone worker` runs, or unset TEMPORAL_ADDRESS.',
      );
    }
    const hone = await Hone.connect();
    const temporal = configured.connectionOptions.address ?? 'localhost:7233';
    return { hone, embedded: false, temporal, close: () => hone.close() };
  }
  const { startEmbedded } = await import('../../workers/embedded.ts');
  const embedded = await startEmbedded({ worker, grant, store, onStatus });
  try {
    const { address, namespace, uiUrl } = embedded;
    const hone = await Hone.connect({ address, namespace });
    return {
      hone,
      embedded: true,
      temporal: uiUrl,
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

/** Runs `work` in a session and closes the session when it has ended or failed. */
export async function inSession<T>(
  options: Omit<SessionOptions, 'onStatus'>,
  { err }: Io,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession({ ...options, onStatus: (line) => err.line(t(line)) });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
