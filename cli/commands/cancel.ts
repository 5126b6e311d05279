import { Command } from 'commander';
import { tLines } from '../i18n/translate.ts';
import type { Io } from '../runtime/io.ts';

export function cancelCommand(io: Io): Command {
  return new Command('cancel')
    .summary('end a run')
    .description(
      'Asks a run to stop and waits until it has stopped. Its finished work is kept, and the same `hone run` starts it again.',
    )
    .argument('<run>', 'run ID, or the name it publishes')
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText('after', tLines('\nExample:\n  $ hone cancel handbook-1a2b3c4d'))
    .action(async (run: string, options: { json?: boolean }) => {
      const { cancel } = await import('../actions/cancel.ts');
      io.exitCode = await cancel(run, options, io);
    });
}
