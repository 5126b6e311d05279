import type { ServerApi } from '../provider/embedding-server.ts';
import type { FaultId } from './hypotheses.ts';
import type { Variant } from './variant.ts';

/** What advice depends on. */
export interface AdviceContext {
  readonly api: ServerApi;
  /** The way of the model. */
  readonly own: Variant;
  readonly serverAddsPrompts: boolean;
}

type Advice = (context: AdviceContext) => string;
/** Advice by server; `other` for those that have none of their own. */
type ByServer = { readonly other: Advice } & { readonly [api in ServerApi]?: Advice };

const TEI_POOLING = { mean: 'mean', cls: 'cls', lasttoken: 'last-token' } as const;
const VLLM_POOLING = { mean: 'MEAN', cls: 'CLS', lasttoken: 'LAST' } as const;
const CONVERT = 'Convert the folder of the model again (convert_hf_to_gguf.py), with a recent llama.cpp';

const ADVICE: Record<FaultId, ByServer> = {
  pooling: {
    tei: ({ own }) => `Start text-embeddings-router with --pooling ${TEI_POOLING[own.pooling]}.`,
    openai: ({ own }) =>
      `Let the server pool by ${own.pooling}. vLLM: --pooler-config '{"pooling_type": "${VLLM_POOLING[own.pooling]}"}' (before 0.11: --override-pooler-config).`,
    ollama: () =>
      `${CONVERT}: it writes pooling_type into the GGUF file from modules.json and 1_Pooling/config.json, which must lie in the folder.`,
    other: ({ own }) => `Let the server pool by ${own.pooling}.`,
  },
  'prompt-missing': {
    tei: ({ serverAddsPrompts }) =>
      serverAddsPrompts
        ? 'Serve the folder with its config_sentence_transformers.json, whose prompts prompt_name selects, or put the prompts before texts in the client.'
        : 'Let nothing between client and server remove the prompts.',
    ollama: ({ serverAddsPrompts }) =>
      serverAddsPrompts
        ? 'Ollama adds no prompts to embeddings: put them before texts in the client, and run the command without --server-prompts.'
        : 'Let nothing between client and server remove the prompts.',
    other: ({ serverAddsPrompts }) =>
      serverAddsPrompts
        ? 'Put the prompts before texts in the client, and run the command without --server-prompts, or teach the server to add them by input_type.'
        : 'Let nothing between client and server remove the prompts.',
  },
  'prompt-added': {
    tei: () =>
      'Start text-embeddings-router without --default-prompt and --default-prompt-name, or add no prompts in the client.',
    ollama: () => 'Remove TEMPLATE and SYSTEM from the Modelfile, or add no prompts in the client.',
    other: () =>
      'Turn the default prompt of the server off (default_prompt_name in config_sentence_transformers.json of the served folder), or add no prompts in the client and run the command with --server-prompts.',
  },
  'prompt-of-other-kind': {
    tei: () =>
      'Check prompt_name of the requests and --default-prompt-name: queries take query, passages take document.',
    other: () => 'Check which prompt the server and the client add to queries and to passages.',
  },
  'dense-missing': {
    tei: () => 'Use a text-embeddings-router that reads Dense modules, and name them with --dense-path (2_Dense).',
    ollama: () =>
      'Convert the folder again with convert_hf_to_gguf.py --sentence-transformers-dense-modules, as far as it supports the architecture.',
    other: () =>
      'Serve the whole folder with modules.json and the folders of its Dense modules; vLLM reads them since 0.11. Otherwise serve it with sentence-transformers.',
  },
  'adapter-missing': {
    other: () =>
      'No server but sentence-transformers applies a query adapter. Multiply the vectors of queries by 3_Router/query_0_Dense/model.safetensors in the client and scale them to length 1, or serve with sentence-transformers and encode_query.',
  },
  dimensions: {
    other: () =>
      'Send no dimensions in requests, and set no smaller dimension in the server, unless the index is built so.',
  },
  truncated: {
    tei: ({ own }) =>
      `Serve the folder with its sentence_bert_config.json and tokenizer_config.json, which say ${own.maxLength}, and set --max-batch-tokens to at least ${own.maxLength}.`,
    openai: ({ own }) =>
      `Let the server read ${own.maxLength} tokens. vLLM: --max-model-len ${own.maxLength}, and no truncate_prompt_tokens below it in requests.`,
    ollama: ({ own }) => `Set PARAMETER num_ctx ${own.maxLength} in the Modelfile, or options.num_ctx in requests.`,
    other: ({ own }) => `Let the server read ${own.maxLength} tokens.`,
  },
  'not-truncated': {
    openai: ({ own }) =>
      `Let the server truncate texts to ${own.maxLength} tokens, as the model was trained and measured. vLLM: --max-model-len ${own.maxLength}, and truncate_prompt_tokens: -1 in requests.`,
    ollama: ({ own }) => `Set PARAMETER num_ctx ${own.maxLength} in the Modelfile, or make texts shorter.`,
    other: ({ own }) =>
      `Serve the folder with its sentence_bert_config.json and tokenizer_config.json, which truncate texts to ${own.maxLength} tokens, or make texts shorter.`,
  },
  'not-normalised': {
    tei: () => 'Leave "normalize" in requests at true, its default.',
    openai: () =>
      `Let the server normalise. vLLM: --pooler-config '{"normalize": true}' ("use_activation" since 0.12). Or scale vectors to length 1 in the client.`,
    ollama: () => 'Use /api/embed instead of /api/embeddings, or scale vectors to length 1 in the client.',
    other: () => 'Scale vectors to length 1 in the client, or compare them by cosine instead of by inner product.',
  },
  'special-tokens': {
    openai: () => 'Serve the tokenizer.json of the folder. vLLM: send no add_special_tokens: false in requests.',
    ollama: () => `${CONVERT}: add_bos_token and add_eos_token of the GGUF file tell which special tokens are added.`,
    other: () => 'Serve the tokenizer.json of the folder, whose post_processor adds them.',
  },
  'text-changed': {
    ollama: () => `${CONVERT}, so that texts are tokenized as by the tokenizer.json of the folder.`,
    other: () =>
      'Serve the tokenizer.json of the folder, and let nothing between client and server change texts or their encoding (UTF-8).',
  },
  'base-model': {
    tei: () => 'Start text-embeddings-router with --model-id and the folder of the tuned model.',
    ollama: () => 'Create the model again from the tuned folder: FROM in the Modelfile names the file that is served.',
    other: () =>
      'Let the server load the folder of the tuned model, and restart it: names may still stand for the model that it loaded before.',
  },
  order: {
    other: () =>
      'Sort the vectors by their index where they are received; the server has to send the index of the text with each.',
  },
  padding: {
    other: () =>
      'Update the server: it computes with the padding of a batch, which its attention mask has to leave out. Until then, send one text a request.',
  },
  'not-numbers': {
    tei: () => 'Start text-embeddings-router with --dtype float32: the numbers of this model overflow in float16.',
    openai: () =>
      'Let the server compute in float32 or bfloat16, as the numbers of this model overflow in float16. vLLM: --dtype float32.',
    other: () => 'Let the server compute in float32 or bfloat16: the numbers of this model overflow in float16.',
  },
  'same-for-all': { other: () => 'Look at the logs of the server: it does not read the texts.' },
  'some-texts': {
    other: () => 'Serve the tokenizer.json of the folder, and let nothing between client and server change texts.',
  },
  'other-model': {
    other: () =>
      'Check which model the server has loaded, and its version; --request-model names another one of the server.',
  },
};

/** What to do about a fault, as sentences, with the flags of the server. */
export function advise(fault: FaultId, context: AdviceContext): string {
  const { [context.api]: forServer, other } = ADVICE[fault];
  return (forServer ?? other)(context);
}
