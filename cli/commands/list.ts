import { Command } from 'commander';
import { tLines } from '../i18n/translate.ts';
import type { Io } from '../runtime/io.ts';

export function listCommand(io: Io): Command {
  return new Command('list')
    .summary('list the latest runs')
    .option('--limit <n>', 'number of runs', '20')
    .option('--json', 'print a JSON array')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText('after', tLines('\nExample:\n  $ hone list --limit 5'))
    .action(async (options: { limit: string; json?: boolean }) => {
      const { list } = await import('../actions/list.ts');
      io.exitCode = await list(options, io);
    });
}
