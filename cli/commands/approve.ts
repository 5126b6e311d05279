import { Command } from 'commander';
import type { Io } from '../runtime/io.ts';

export function approveCommand(io: Io): Command {
  return new Command('approve')
    .summary('let a run through that waits for approval, or turn it away')
    .description(
      'Answers a run whose input has `approvals`: before training on its questions (`hone show RUN --questions` prints some of them), or before its model is promoted.\n\n' +
        'Rejected questions end the run; a rejected promotion ends it with a report and a model, but under no name.',
    )
    .argument('<run>', 'id of the run, or the name it is published under')
    .option('--reject <reason>', 'turn it away, and say why')
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack of an error')
    .addHelpText(
      'after',
      '\nExamples:\n  $ hone approve handbook-1a2b3c4d\n  $ hone approve handbook-1a2b3c4d --reject "half of them ask for page numbers"',
    )
    .action(async (run: string, { reject, json }: { reject?: string; json?: boolean }) => {
      const { tell } = await import('../actions/control.ts');
      const approval = reject === undefined ? {} : { reject };
      const options = json === undefined ? {} : { json };
      io.exitCode = await tell(run, (hone, workflowId) => hone.approve(workflowId, approval), options, io);
    });
}
