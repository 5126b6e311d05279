import { Command } from 'commander';
import type { Io } from '../runtime/io.ts';

export function cancelCommand(io: Io): Command {
  return new Command('cancel')
    .summary('stop a run for good')
    .description('Asks a run to stop. What it has finished is kept, and the same `hone run` starts it again.')
    .argument('<run>', 'id of the run, or the name it is published under')
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack of an error')
    .addHelpText('after', '\nExample:\n  $ hone cancel handbook-1a2b3c4d')
    .action(async (run: string, options: { json?: boolean }) => {
      const { cancel } = await import('../actions/cancel.ts');
      io.exitCode = await cancel(run, options, io);
    });
}
