import { homedir } from 'node:os';
import { join } from 'node:path';
import { Hone } from '../../client/hone.ts';
import { findTemporal } from '../../workers/temporal-binary.ts';
import { freePorts, ServerProcess } from '../s3/server-process.ts';

/** A Temporal server over a database file: killed and started again, it knows what it has acknowledged. */
export async function temporalServer(folder: string): Promise<{ process: ServerProcess; address: string }> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hone', 'temporal');
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const command: [string, ...string[]] = [
    await findTemporal({ cache }),
    ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'warn'],
    ...['--db-filename', join(folder, 'temporal.db')],
    ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'],
  ];
  const answers = async () => {
    const hone = await Hone.connect({ address }).catch(() => undefined);
    const listed = await hone?.list({ limit: 1 }).catch(() => undefined);
    await hone?.close();
    return listed !== undefined;
  };
  return { process: new ServerProcess(command, folder, answers), address };
}
