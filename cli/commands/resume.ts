import { Command } from 'commander';
import { tLines } from '../i18n/translate.ts';
import type { Io } from '../runtime/io.ts';

export function resumeCommand(io: Io): Command {
  return new Command('resume')
    .summary('continue a paused run')
    .description(
      'Continues a paused run where it stopped: training from its checkpoint, questions from the answers in the ledger. Where Hone runs its own Temporal server, `hone follow` then starts a worker for it.',
    )
    .argument('<run>', 'run ID, or the name it publishes')
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText('after', tLines('\nExample:\n  $ hone resume handbook-1a2b3c4d'))
    .action(async (run: string, options: { json?: boolean }) => {
      const { control } = await import('../actions/control.ts');
      io.exitCode = await control(run, (hone, workflowId) => hone.resume(workflowId), options, io);
    });
}
