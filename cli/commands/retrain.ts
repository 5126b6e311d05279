import { Command } from 'commander';
import type { RetrainOptions } from '../actions/run.ts';
import { withMachineOptions } from '../input/machine-options.ts';
import type { Io } from '../runtime/io.ts';

export function retrainCommand(io: Io): Command {
  return withMachineOptions(new Command('retrain'))
    .summary('look what has changed in the documents, and tune again if it is enough')
    .description(
      'Compares the documents with those of the model in production. If enough has changed, measures that model on what is new, tunes another, and promotes it only if it is better.\n\n' +
        'The config file is a run input that names what it publishes (publish.name), and may have a part retrain.',
    )
    .requiredOption('--config <file>', 'run input as YAML or JSON; its paths start at its own folder')
    .option('--store <uri>', 'where artifacts are kept (default: .hone/store)')
    .option('--detach', 'start it and return; it goes on in the background')
    .option('--json', 'print one JSON object on stdout at the end')
    .option('--verbose', 'show the stack of an error')
    .addHelpText(
      'after',
      `
Examples:
  $ hone retrain --config run.yaml
  $ hone schedule create nightly --every 1d --config run.yaml

Exit codes: 0 promoted, or nothing to do, 1 failed, 2 wrong use, 3 the new model was refused, 130 interrupted (and resumable).`,
    )
    .action(async (options: RetrainOptions) => {
      const { retrain } = await import('../actions/run.ts');
      io.exitCode = await retrain(options, io);
    });
}
