import { Command } from 'commander';
import type { EstimateFlags } from '../actions/estimate.ts';
import { withMachineOptions } from '../input/machine-options.ts';
import { number, withRunOptions } from '../input/run-options.ts';
import type { Io } from '../runtime/io.ts';

export function estimateCommand(io: Io): Command {
  return withRunOptions(withMachineOptions(new Command('estimate')))
    .summary('say what a run will take: requests, tokens, price and time')
    .description(
      'Says what hone run with the same options will take: chunks, requests, tokens, price and time, training included.\n\n' +
        'Answers that were paid for before are known and cost nothing. Nobody is asked and nothing is paid, unless --pilot-questions says so.',
    )
    .option('--pilot-questions <n>', 'ask n questions now, paid and kept for the run, to measure answers', number)
    .option('--no-pilot', 'do not run the first steps of training to measure them')
    .option('--json', 'print one JSON object on stdout')
    .option('--verbose', 'show the stack of an error')
    .addHelpText(
      'after',
      `
Examples:
  $ hone estimate docs/
  $ hone estimate --config run.yaml --pilot-questions 20
  $ hone estimate docs/ --budget 5 --json`,
    )
    .action(async (documents: string[], flags: EstimateFlags) => {
      const { estimate } = await import('../actions/estimate.ts');
      io.exitCode = await estimate(documents, flags, io);
    });
}
