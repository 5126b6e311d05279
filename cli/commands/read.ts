import { Command } from 'commander';
import type { ReadFlags } from '../actions/read.ts';
import { tLines } from '../i18n/translate.ts';
import { number } from '../input/run-options.ts';
import type { Io } from '../runtime/io.ts';

export function readCommand(io: Io): Command {
  return new Command('read')
    .summary('show what Hone reads in documents')
    .description(
      'Reads documents and cuts them into chunks as `hone run` does, on this machine, and shows what came of each: sections, chunks, what was left out, and what looks broken. Nothing is asked, trained or stored.',
    )
    .argument('[documents...]', 'folders, files, globs or s3:// prefixes to read')
    .option('--config <file>', 'run input whose documents, model and chunk options are used')
    .option(
      '--model <name>',
      'base model whose tokens are counted: folder, hub name, modelscope:OWNER/NAME or pypi:PACKAGE (default: sentence-transformers/all-MiniLM-L6-v2)',
    )
    .option('--max-tokens <n>', 'tokens per chunk at most (default: what the model can read)', number)
    .option('--sections', 'also print the text of each document')
    .option('--chunks', 'also print the chunks of each document')
    .option('--json', 'print one JSON object a line on stdout: each document with its sections and chunks')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText(
      'after',
      tLines(`
Examples:
  $ hone read docs/
  $ hone read manual.pdf --chunks
  $ hone read docs/ --json | jq -r 'select(.doubts != []) | .path'`),
    )
    .action(async (documents: string[], flags: ReadFlags) => {
      const { read } = await import('../actions/read.ts');
      io.exitCode = await read(documents, flags, io);
    });
}
