import { Command } from 'commander';
import type { Io } from '../runtime/io.ts';

export function pauseCommand(io: Io): Command {
  return new Command('pause')
    .summary('hold a run where it is, and free its slot')
    .description(
      'Stops the step at work, which keeps what it has (training writes a checkpoint), and holds the run until `hone resume`. Others may train meanwhile. Prints when the step has stopped.',
    )
    .argument('<run>', 'id of the run, or the name it is published under')
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack of an error')
    .addHelpText('after', '\nExample:\n  $ hone pause handbook-1a2b3c4d')
    .action(async (run: string, options: { json?: boolean }) => {
      const { tell } = await import('../actions/control.ts');
      io.exitCode = await tell(run, (hone, workflowId) => hone.pause(workflowId), options, io);
    });
}
