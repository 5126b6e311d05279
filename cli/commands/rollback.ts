import { Command, InvalidArgumentError } from 'commander';
import type { RollbackOptions } from '../actions/models.ts';
import { tLines } from '../i18n/translate.ts';
import type { Io } from '../runtime/io.ts';

export function rollbackCommand(io: Io): Command {
  return new Command('rollback')
    .summary('make a published name stand for an earlier version again')
    .description(
      'Makes a published name stand for an earlier version again. Refuses if the name changes meanwhile. The newer version is kept, and `hone retrain` does not promote the same weights again.',
    )
    .argument('<name>', 'the published name')
    .option('--to <version>', 'version to go back to (default: the previous one)', version)
    .option('--reason <why>', 'reason to store with the rollback')
    .option('--store <uri>', 'artifact store: a folder or s3://bucket/prefix (default: .hone/store)')
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText(
      'after',
      tLines(
        "\nExamples:\n  $ hone rollback handbook --reason 'part numbers are not found any more'\n  $ hone rollback handbook --to 3",
      ),
    )
    .action(async (name: string, options: RollbackOptions) => {
      const { rollback } = await import('../actions/models.ts');
      io.exitCode = await rollback(name, options, io);
    });
}

function version(text: string): number {
  const found = /^v?([1-9]\d{0,8})$/.exec(text);
  if (!found) throw new InvalidArgumentError('Give a version such as 3 or v3.');
  return Number(found[1]);
}
