import { Command } from 'commander';
import type { Io } from '../runtime/io.ts';

export function followCommand(io: Io): Command {
  return new Command('follow')
    .summary('watch a run until it ends; resume one that was interrupted')
    .description(
      'Shows how far a run is until it ends, then its figures. Where hone runs Temporal itself, this also serves the run, so that an interrupted one goes on.',
    )
    .argument('<run>', 'id of the run, or the name it is published under')
    .option('--store <uri>', 'where artifacts are kept, if the run was started with --store')
    .option('--json', 'print one JSON object on stdout at the end')
    .option('--verbose', 'show the stack of an error')
    .addHelpText('after', '\nExample:\n  $ hone follow handbook-1a2b3c4d')
    .action(async (run: string, options) => {
      const { follow } = await import('../actions/run.ts');
      io.exitCode = await follow(run, options, io);
    });
}
