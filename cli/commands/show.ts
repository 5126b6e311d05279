import { Command } from 'commander';
import type { ShowOptions } from '../actions/show.ts';
import { tLines } from '../i18n/translate.ts';
import type { Io } from '../runtime/io.ts';

export function showCommand(io: Io): Command {
  return new Command('show')
    .summary('show the result or the progress of a run')
    .argument('<run>', 'run ID, or the name it publishes')
    .option('--questions', 'print the sample of questions that a run with approvals.questions waits for')
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText('after', tLines('\nExamples:\n  $ hone show handbook\n  $ hone show handbook-1a2b3c4d --json'))
    .action(async (run: string, options: ShowOptions) => {
      const { show } = await import('../actions/show.ts');
      io.exitCode = await show(run, options, io);
    });
}
