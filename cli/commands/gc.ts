import { Command } from 'commander';
import type { GcOptions } from '../actions/gc.ts';
import { tLines } from '../i18n/translate.ts';
import type { Io } from '../runtime/io.ts';

export function gcCommand(io: Io): Command {
  return new Command('gc')
    .summary('list, or delete, what no run and no release needs any more')
    .description(
      'Lists what can go from the artifact store: steps, checkpoints and folders of runs that nobody has used for long, and objects that nothing refers to. With --delete it goes; objects first go into the trash of the store, and the next collection after --grace deletes them there.\n\n' +
        'Releases, answers of language models, hosted embeddings and what open runs refer to always stay. Run it where the store can be reached, with the settings of a worker.',
    )
    .option('--older-than <time>', 'how long something must not have been used: 30m, 6h, 14d, 8w', '30d')
    .option(
      '--grace <time>',
      'how long an unreferenced object stays, and again in the trash; 0s only while nothing else uses the store',
      '1d',
    )
    .option('--delete', 'delete what is listed (default: only list it)')
    .option('--store <uri>', 'artifact store: a folder or s3://bucket/prefix (default: .hone/store, or HONE_STORE)')
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText('after', tLines('\nExamples:\n  $ hone gc\n  $ hone gc --older-than 14d --delete'))
    .action(async (options: GcOptions) => {
      const { gc } = await import('../actions/gc.ts');
      io.exitCode = await gc(options, io);
    });
}
