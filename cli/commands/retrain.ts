import { Command } from 'commander';
import type { RetrainOptions } from '../actions/run.ts';
import { tLines } from '../i18n/translate.ts';
import { withMachineOptions } from '../input/machine-options.ts';
import type { Io } from '../runtime/io.ts';

export function retrainCommand(io: Io): Command {
  return withMachineOptions(new Command('retrain'))
    .summary('check what changed in the documents, and retrain if it is enough')
    .description(
      'Compares the documents with those that the model in production was trained on. If enough has changed, evaluates that model on the new documents, tunes another one, and promotes it only if it is better.\n\n' +
        'The config file is a run input with publish.name; its section retrain has further options (`hone schema --retrain`).',
    )
    .requiredOption('--config <file>', 'run input as YAML or JSON; its paths are relative to its folder')
    .option('--store <uri>', 'artifact store: a folder or s3://bucket/prefix (default: .hone/store)')
    .option('--detach', 'start the retraining and return; it continues in the background')
    .option('--json', 'print one JSON object on stdout at the end')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText(
      'after',
      tLines(`
Examples:
  $ hone retrain --config run.yaml
  $ hone schedule create nightly --every 1d --config run.yaml

Exit codes: 0 promoted or nothing to do, 1 failed, 2 wrong use, 3 new model refused, 130 interrupted (can be continued).`),
    )
    .action(async (options: RetrainOptions) => {
      const { retrain } = await import('../actions/run.ts');
      io.exitCode = await retrain(options, io);
    });
}
