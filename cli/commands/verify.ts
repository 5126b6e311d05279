import { Command, Option } from 'commander';
import { SERVER_APIS } from '../../core/provider/embedding-server.ts';
import type { VerifyOptions } from '../actions/verify.ts';
import { tLines } from '../i18n/translate.ts';
import type { Io } from '../runtime/io.ts';

export function verifyCommand(io: Io): Command {
  return new Command('verify')
    .summary('check that a server serves a model, and name what it does otherwise')
    .description(
      'Compares the vectors of a server with those that Hone computes from the model folder: Text Embeddings Inference, vLLM, Ollama, and any server with OpenAI’s /v1/embeddings. If they differ, it finds out why: another pooling, missing or doubled prompts, a wrong length, no normalisation, a missing module, the base model. Exits with 3 if the server does not serve the model.',
    )
    .argument('<endpoint>', 'address of the server: http://127.0.0.1:8080, https://host/v1')
    .option(
      '--model <name>',
      'what it should serve: a published name (handbook, handbook@2), a folder, or a model as `hone run --model` takes it (default: the published name, if there is only one)',
    )
    .option('--request-model <name>', 'name of the model in requests (default: the one that the server lists)')
    .addOption(
      new Option('--api <api>', 'API of the server (default: found out from the address, or by asking)').choices(
        SERVER_APIS,
      ),
    )
    .option('--key-from <variable>', 'environment variable that holds the key', 'OPENAI_API_KEY')
    .option(
      '--server-prompts',
      'the server puts the prompts before texts: requests name the kind of text (TEI: prompt_name, others: input_type) instead of beginning with the prompt',
    )
    .option('--base <model>', 'the base model, to recognise it (default: that of the published name, if it is cached)')
    .option('--dataset <file>', 'also evaluate on this dataset (default: the validation set of the published name)')
    .option('--no-dataset', 'compare sample texts only')
    .option('--store <uri>', 'artifact store: a folder or s3://bucket/prefix (default: .hone/store)')
    .option('--json', 'print one JSON object')
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText(
      'after',
      tLines(
        '\nExamples:\n  $ hone verify http://127.0.0.1:8080 --model handbook\n  $ hone verify http://127.0.0.1:11434 --model handbook --request-model handbook:latest\n  $ OPENAI_API_KEY=… hone verify https://models.acme.example/v1 --model handbook@2 --json\n  $ hone verify http://127.0.0.1:8000/v1 --model ./model --dataset val.json',
      ),
    )
    .action(async (endpoint: string, options: VerifyOptions) => {
      const { verify } = await import('../actions/verify.ts');
      io.exitCode = await verify(endpoint, options, io);
    });
}
