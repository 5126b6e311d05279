import { Command } from 'commander';
import type { ListOptions, PromoteOptions } from '../actions/deployment.ts';
import { tLines } from '../i18n/translate.ts';
import type { Io } from '../runtime/io.ts';

export function deploymentCommand(io: Io): Command {
  const command = new Command('deployment')
    .summary('list the versions of the workers, and change which one new runs begin with')
    .description(
      'Versions of workers that were started with --deployment. A run stays with the version that it began with; the workers of a version can go once it is drained.',
    )
    .addHelpText(
      'after',
      tLines('\nExamples:\n  $ hone worker --deployment hone\n  $ hone deployment list\n  $ hone deployment promote'),
    );
  command
    .command('list')
    .summary('list the versions')
    .description('Lists deployments and their versions, newest first.')
    .option('--json', 'print a JSON array')
    .option('--verbose', 'show the stack trace of an error')
    .action(async (options: ListOptions) => {
      const { list } = await import('../actions/deployment.ts');
      io.exitCode = await list(options, io);
    });
  command
    .command('promote')
    .summary('have new runs begin with a version')
    .description('Has new runs begin with a version: by default with the newest one.')
    .argument('[build]', 'build id of the version')
    .option('--deployment <name>', 'default: the only one that there is')
    .option('--json', 'print a JSON object')
    .option('--verbose', 'show the stack trace of an error')
    .action(async (build: string | undefined, options: PromoteOptions) => {
      const { promote } = await import('../actions/deployment.ts');
      io.exitCode = await promote(build, options, io);
    });
  return command;
}
