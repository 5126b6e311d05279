import { Command } from 'commander';
import type { Io } from '../runtime/io.ts';

export function resumeCommand(io: Io): Command {
  return new Command('resume')
    .summary('let a paused run go on where it was')
    .description(
      'Lets a paused run go on: training from its checkpoint, questions from the answers that are paid for. Where hone runs Temporal itself, `hone follow` then serves it.',
    )
    .argument('<run>', 'id of the run, or the name it is published under')
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack of an error')
    .addHelpText('after', '\nExample:\n  $ hone resume handbook-1a2b3c4d')
    .action(async (run: string, options: { json?: boolean }) => {
      const { tell } = await import('../actions/control.ts');
      io.exitCode = await tell(run, (hone, workflowId) => hone.resume(workflowId), options, io);
    });
}
