import { z } from 'zod';
import { Fault } from '../../contracts/fault.ts';

const size = z.number().int().positive();

/** What BERT's shape depends on, by Hugging Face's names; defaults are those of transformers' BertConfig. */
const BertFields = z.object({
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  intermediate_size: size,
  max_position_embeddings: size,
  type_vocab_size: size.default(2),
  layer_norm_eps: z.number().positive().default(1e-12),
  hidden_act: z.string().default('gelu'),
  position_embedding_type: z
    .string()
    .nullish()
    .transform((type) => type ?? 'absolute'),
  is_decoder: z.boolean().default(false),
});
export type BertConfig = z.infer<typeof BertFields>;

/**
 * @param file Where the configuration was read, for messages.
 * @throws Fault `input` naming the architecture or option that is not supported, and what is.
 */
export function parseBertConfig(config: unknown, file: string): BertConfig {
  const { model_type: type } = z
    .looseObject({ model_type: z.unknown() })
    .catch({ model_type: undefined })
    .parse(config);
  if (type !== 'bert')
    throw new Fault(
      'input',
      `${file} describes the architecture ${JSON.stringify(type ?? null)}, which cannot be trained.`,
      'Use a model whose model_type is "bert": all-MiniLM, bge, gte, e5 and many others are.',
    );
  const parsed = BertFields.safeParse(config);
  if (!parsed.success)
    throw new Fault('input', `${file} is not a complete BERT configuration.`, 'Download or save the model again.', {
      details: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    });
  const bert = parsed.data;
  const unsupported = (option: string, value: unknown, supported: string) =>
    new Fault(
      'input',
      `${file} sets ${option} to ${JSON.stringify(value)}, which is not supported.`,
      `Use a model whose ${option} is ${supported}.`,
    );
  if (bert.hidden_act !== 'gelu') throw unsupported('hidden_act', bert.hidden_act, '"gelu"');
  if (bert.position_embedding_type !== 'absolute')
    throw unsupported('position_embedding_type', bert.position_embedding_type, '"absolute"');
  if (bert.is_decoder) throw unsupported('is_decoder', true, 'false');
  if (bert.hidden_size % bert.num_attention_heads !== 0)
    throw unsupported(
      'num_attention_heads',
      bert.num_attention_heads,
      `a divisor of hidden_size (${bert.hidden_size})`,
    );
  return bert;
}
