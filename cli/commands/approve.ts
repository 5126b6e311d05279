import { Command } from 'commander';
import { tLines } from '../i18n/translate.ts';
import type { Io } from '../runtime/io.ts';

export function approveCommand(io: Io): Command {
  return new Command('approve')
    .summary('approve or reject what a run waits for')
    .description(
      'Approves or rejects what a run with `approvals` waits for: its questions, before training (`hone show RUN --questions` prints a sample), or the promotion of its model.\n\n' +
        'A run whose questions are rejected fails. A run whose promotion is rejected ends with its report and model, and publishes nothing.',
    )
    .argument('<run>', 'run ID, or the name it publishes')
    .option('--reject <reason>', 'reject it, for this reason')
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText(
      'after',
      tLines(
        '\nExamples:\n  $ hone approve handbook-1a2b3c4d\n  $ hone approve handbook-1a2b3c4d --reject "half of them ask for page numbers"',
      ),
    )
    .action(async (run: string, { reject, json }: { reject?: string; json?: boolean }) => {
      const { control } = await import('../actions/control.ts');
      const approval = reject === undefined ? {} : { reject };
      const options = json === undefined ? {} : { json };
      io.exitCode = await control(run, (hone, workflowId) => hone.approve(workflowId, approval), options, io);
    });
}
