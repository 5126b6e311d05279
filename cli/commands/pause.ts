import { Command } from 'commander';
import { tLines } from '../i18n/translate.ts';
import type { Io } from '../runtime/io.ts';

export function pauseCommand(io: Io): Command {
  return new Command('pause')
    .summary('pause a run and free its worker')
    .description(
      'Stops the current step, which keeps its progress (training writes a checkpoint), and pauses the run until `hone resume`. Other runs can use the worker meanwhile. Returns when the step has stopped.',
    )
    .argument('<run>', 'run ID, or the name it publishes')
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText('after', tLines('\nExample:\n  $ hone pause handbook-1a2b3c4d'))
    .action(async (run: string, options: { json?: boolean }) => {
      const { control } = await import('../actions/control.ts');
      io.exitCode = await control(run, (hone, workflowId) => hone.pause(workflowId), options, io);
    });
}
