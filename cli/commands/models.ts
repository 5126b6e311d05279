import { Command } from 'commander';
import type { ModelsOptions } from '../actions/models.ts';
import { tLines } from '../i18n/translate.ts';
import type { Io } from '../runtime/io.ts';

export function modelsCommand(io: Io): Command {
  return new Command('models')
    .summary('list the published models')
    .argument('[name]', 'list all versions of this name, and its promotions and rollbacks')
    .option('--store <uri>', 'artifact store: a folder or s3://bucket/prefix (default: .hone/store)')
    .option('--json', 'print a JSON array; with a name, one JSON object')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText('after', tLines('\nExamples:\n  $ hone models\n  $ hone models handbook'))
    .action(async (name: string | undefined, options: ModelsOptions) => {
      const { models } = await import('../actions/models.ts');
      io.exitCode = await models(name, options, io);
    });
}
