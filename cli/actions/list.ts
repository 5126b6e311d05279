import { Fault } from '../../core/contracts/fault.ts';
import { t } from '../i18n/translate.ts';
import { columns } from '../output/columns.ts';
import { EXIT } from '../output/failure.ts';
import { duration } from '../output/format.ts';
import type { Io } from '../runtime/io.ts';
import { inSession } from '../runtime/session.ts';

/** `hone list`: one line per run, latest first. */
export async function list({ limit, json }: { limit: string; json?: boolean }, io: Io): Promise<number> {
  if (!/^[1-9]\d{0,4}$/.test(limit)) {
    throw new Fault('input', `--limit is ${limit}.`, 'Give a whole number from 1 to 99999.');
  }
  return inSession({ worker: false }, io, async ({ hone }) => {
    const runs = await hone.list({ limit: Number(limit) });
    if (json) {
      io.out.line(JSON.stringify(runs));
    } else if (runs.length === 0) {
      io.err.line(t('There are no runs yet. `hone run docs/` starts one.'));
    } else {
      const rows = runs.map(({ workflowId, state, hold, startedAt, closedAt, title, unreadable }) => [
        workflowId,
        t(hold === 'approval' ? 'needs approval' : (hold ?? state)),
        startedAt.toLocaleString('sv-SE'),
        duration(((closedAt ?? new Date()).getTime() - startedAt.getTime()) / 1000),
        unreadable === undefined ? (title === undefined || title === workflowId ? '' : title) : t(unreadable),
      ]);
      for (const line of columns([['run', 'state', 'started', 'took', 'title'].map(t), ...rows])) io.out.line(line);
    }
    return EXIT.done;
  });
}
