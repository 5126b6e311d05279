import { Command } from 'commander';
import { tLines } from '../i18n/translate.ts';
import type { Io } from '../runtime/io.ts';

export function followCommand(io: Io): Command {
  return new Command('follow')
    .summary('show the progress of a run until it ends; continue an interrupted one')
    .description(
      'Shows the progress of a run until it ends, then its result. Where Hone runs its own Temporal server, this also starts a worker, so that an interrupted run continues.',
    )
    .argument('<run>', 'run ID, or the name it publishes')
    .option('--store <uri>', 'artifact store, if the run was started with --store')
    .option('--json', 'print one JSON object on stdout at the end')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText('after', tLines('\nExample:\n  $ hone follow handbook-1a2b3c4d'))
    .action(async (run: string, options) => {
      const { follow } = await import('../actions/run.ts');
      io.exitCode = await follow(run, options, io);
    });
}
