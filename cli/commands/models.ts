import { Command } from 'commander';
import type { ModelsOptions } from '../actions/models.ts';
import type { Io } from '../runtime/io.ts';

export function modelsCommand(io: Io): Command {
  return new Command('models')
    .summary('show what is published: names, versions, where they lie')
    .argument('[name]', 'show every version of this name, and who moved it')
    .option('--store <uri>', 'where artifacts are kept (default: .hone/store)')
    .option('--json', 'print a JSON array; with a name, one JSON object')
    .option('--verbose', 'show the stack of an error')
    .addHelpText('after', '\nExamples:\n  $ hone models\n  $ hone models handbook')
    .action(async (name: string | undefined, options: ModelsOptions) => {
      const { models } = await import('../actions/models.ts');
      io.exitCode = await models(name, options, io);
    });
}
