import { Command } from 'commander';
import type { Io } from '../runtime/io.ts';

export function listCommand(io: Io): Command {
  return new Command('list')
    .summary('show the latest runs')
    .option('--limit <n>', 'how many', '20')
    .option('--json', 'print a JSON array')
    .option('--verbose', 'show the stack of an error')
    .addHelpText('after', '\nExample:\n  $ hone list --limit 5')
    .action(async ({ limit, json }: { limit: string; json?: boolean }) => {
      const { out, err } = io;
      const { Fault } = await import('../../core/contracts/fault.ts');
      if (!/^[1-9]\d{0,4}$/.test(limit)) {
        throw new Fault('input', `--limit ${limit} is not a number of runs.`, 'Give a whole number from 1.');
      }
      const { inSession } = await import('../runtime/session.ts');
      const { columns } = await import('../output/columns.ts');
      const { duration } = await import('../output/format.ts');
      await inSession({ worker: false }, io, async ({ hone }) => {
        const runs = await hone.list({ limit: Number(limit) });
        if (json) {
          out.line(JSON.stringify(runs));
        } else if (runs.length === 0) {
          err.line('There are no runs yet. `hone run docs/` starts one.');
        } else {
          const rows = runs.map(({ workflowId, state, hold, startedAt, closedAt, title }) => [
            workflowId,
            hold === 'approval' ? 'needs approval' : (hold ?? state),
            startedAt.toLocaleString('sv-SE'),
            duration(((closedAt ?? new Date()).getTime() - startedAt.getTime()) / 1000),
            title === undefined || title === workflowId ? '' : title,
          ]);
          for (const line of columns([['run', 'state', 'started', 'took', 'title'], ...rows])) out.line(line);
        }
      });
    });
}
