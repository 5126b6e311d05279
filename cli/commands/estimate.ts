import { Command } from 'commander';
import type { EstimateFlags } from '../actions/estimate.ts';
import { tLines } from '../i18n/translate.ts';
import { withMachineOptions } from '../input/machine-options.ts';
import { number, withRunOptions } from '../input/run-options.ts';
import type { Io } from '../runtime/io.ts';

export function estimateCommand(io: Io): Command {
  return withRunOptions(withMachineOptions(new Command('estimate')))
    .summary('estimate the requests, tokens, price and time of a run')
    .description(
      'Estimates what `hone run` with the same options needs: chunks, requests, tokens, price and time, including training.\n\n' +
        'Answers that are in the ledger cost nothing. No request is sent and nothing is paid, except with --pilot-questions.',
    )
    .option(
      '--pilot-questions <n>',
      'generate n questions now to measure the answers; they are paid for, and kept for the run',
      number,
    )
    .option('--no-pilot', 'do not measure the first training steps')
    .option('--json', 'print one JSON object on stdout')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText(
      'after',
      tLines(`
Examples:
  $ hone estimate docs/
  $ hone estimate --config run.yaml --pilot-questions 20
  $ hone estimate docs/ --budget 5 --json`),
    )
    .action(async (documents: string[], flags: EstimateFlags) => {
      const { estimate } = await import('../actions/estimate.ts');
      io.exitCode = await estimate(documents, flags, io);
    });
}
