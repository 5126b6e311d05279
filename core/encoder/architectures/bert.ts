import { z } from 'zod';
import { add, type Value } from '../../autodiff/index.ts';
import type { Architecture, Encoder, ForwardPass, Shape } from './architecture.ts';
import { rate, readConfig, requireEvenHeads, requireOption, size } from './read-config.ts';

/** The defaults are those of transformers' BertConfig. */
const Fields = z.object({
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  intermediate_size: size,
  max_position_embeddings: size,
  type_vocab_size: size.default(2),
  layer_norm_eps: z.number().positive().default(1e-12),
  hidden_act: z.string().default('gelu'),
  hidden_dropout_prob: rate.default(0.1),
  attention_probs_dropout_prob: rate.default(0.1),
  position_embedding_type: z
    .string()
    .nullish()
    .transform((type) => type ?? 'absolute'),
  is_decoder: z.boolean().default(false),
});
type BertConfig = z.infer<typeof Fields>;

/** Devlin et al. 2019; transformers' BertModel without its pooler: all-MiniLM, bge, e5, gte, m3e and many others. */
export const bert: Architecture = {
  types: ['bert'],
  read: (config, file) => bertEncoder('bert', 'BERT', 0, config, file),
};

/**
 * @param name Name of the architecture in messages.
 * @param firstPosition Row of the position table for the first token of a text.
 */
export function bertEncoder(type: string, name: string, firstPosition: number, source: unknown, file: string): Encoder {
  const config = readConfig(Fields, source, file, name);
  requireOption(file, 'hidden_act', config.hidden_act, ['gelu']);
  requireOption(file, 'position_embedding_type', config.position_embedding_type, ['absolute']);
  requireOption(file, 'is_decoder', config.is_decoder, [false]);
  requireEvenHeads(file, 'num_attention_heads', config.num_attention_heads, config.hidden_size);
  return {
    type,
    hidden: config.hidden_size,
    inner: config.intermediate_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    vocabulary: config.vocab_size,
    maxTokens: config.max_position_embeddings - firstPosition,
    tokenEmbeddingTable: TOKEN_EMBEDDINGS,
    prefix: `${type}.`,
    hasTokenTypes: true,
    parameters: parameters(config),
    embed: (pass) => embeddings(config, firstPosition, pass),
    stack: (pass) => (index, x) => layer(config, index, x, x, pass),
    lastLayer: (x, context, pass) => layer(config, config.num_hidden_layers - 1, x, context, pass),
  };
}

const TOKEN_EMBEDDINGS = 'embeddings.word_embeddings.weight';
const POSITION_EMBEDDINGS = 'embeddings.position_embeddings.weight';
const TOKEN_TYPE_EMBEDDINGS = 'embeddings.token_type_embeddings.weight';

function parameters(config: BertConfig): Map<string, Shape> {
  const { hidden_size: hidden, intermediate_size: inner } = config;
  const shapes = new Map<string, Shape>();
  const dense = (name: string, out: number, into: number) =>
    shapes.set(`${name}.weight`, [out, into]).set(`${name}.bias`, [out]);
  const norm = (name: string) => shapes.set(`${name}.weight`, [hidden]).set(`${name}.bias`, [hidden]);
  shapes.set(TOKEN_EMBEDDINGS, [config.vocab_size, hidden]);
  shapes.set(POSITION_EMBEDDINGS, [config.max_position_embeddings, hidden]);
  shapes.set(TOKEN_TYPE_EMBEDDINGS, [config.type_vocab_size, hidden]);
  norm('embeddings.LayerNorm');
  for (let index = 0; index < config.num_hidden_layers; index++) {
    const at = `encoder.layer.${index}`;
    for (const part of ['query', 'key', 'value']) dense(`${at}.attention.self.${part}`, hidden, hidden);
    dense(`${at}.attention.output.dense`, hidden, hidden);
    norm(`${at}.attention.output.LayerNorm`);
    dense(`${at}.intermediate.dense`, inner, hidden);
    dense(`${at}.output.dense`, hidden, inner);
    norm(`${at}.output.LayerNorm`);
  }
  return shapes;
}

function embeddings(config: BertConfig, firstPosition: number, pass: ForwardPass): Value {
  const tokens = pass.tokenEmbeddings(pass.parameter(TOKEN_EMBEDDINGS));
  const positions = pass.positionEmbeddings(pass.parameter(POSITION_EMBEDDINGS), firstPosition);
  const x = add(add(tokens, positions), pass.tokenTypeEmbeddings(pass.parameter(TOKEN_TYPE_EMBEDDINGS)));
  const y = pass.layerNorm(x, 'embeddings.LayerNorm', config.layer_norm_eps);
  return pass.dropout(y, config.hidden_dropout_prob, 'embeddings');
}

function layer(config: BertConfig, index: number, x: Value, context: Value, pass: ForwardPass): Value {
  const at = `encoder.layer.${index}`;
  const addAndNorm = (y: Value, residual: Value, part: string) =>
    pass.layerNorm(
      add(pass.dropout(pass.dense(y, `${at}.${part}.dense`), config.hidden_dropout_prob, `${at}.${part}`), residual),
      `${at}.${part}.LayerNorm`,
      config.layer_norm_eps,
    );
  const project = (y: Value, part: string) => pass.dense(y, `${at}.attention.self.${part}`);
  const attended = pass.attention(project(x, 'query'), project(context, 'key'), project(context, 'value'), {
    headWidth: config.hidden_size / config.num_attention_heads,
    dropout: config.attention_probs_dropout_prob,
    site: `${at}.attention.self`,
  });
  const y = addAndNorm(attended, x, 'attention.output');
  return addAndNorm(pass.gelu(pass.dense(y, `${at}.intermediate.dense`)), y, 'output');
}
