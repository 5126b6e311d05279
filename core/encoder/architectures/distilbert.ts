import { z } from 'zod';
import { add, type Value } from '../../autodiff/index.ts';
import type { Architecture, ForwardPass, Shape } from './architecture.ts';
import { rate, readConfig, requireEvenHeads, requireOption, size } from './read-config.ts';

/** The defaults are those of transformers' DistilBertConfig. */
const Fields = z.object({
  vocab_size: size,
  dim: size,
  n_layers: size,
  n_heads: size,
  hidden_dim: size,
  max_position_embeddings: size,
  activation: z.string().default('gelu'),
  dropout: rate.default(0.1),
  attention_dropout: rate.default(0.1),
});
type DistilBertConfig = z.infer<typeof Fields>;

const TOKEN_EMBEDDINGS = 'embeddings.word_embeddings.weight';
const POSITION_EMBEDDINGS = 'embeddings.position_embeddings.weight';
const EPSILON = 1e-12;

/** Sanh et al. 2019; transformers' DistilBertModel: multi-qa-distilbert, msmarco-distilbert. */
export const distilBert: Architecture = {
  types: ['distilbert'],
  read(source, file) {
    const config = readConfig(Fields, source, file, 'DistilBERT');
    requireOption(file, 'activation', config.activation, ['gelu']);
    requireEvenHeads(file, 'n_heads', config.n_heads, config.dim);
    return {
      type: 'distilbert',
      hidden: config.dim,
      inner: config.hidden_dim,
      layers: config.n_layers,
      heads: config.n_heads,
      vocabulary: config.vocab_size,
      maxTokens: config.max_position_embeddings,
      tokenEmbeddingTable: TOKEN_EMBEDDINGS,
      prefix: 'distilbert.',
      hasTokenTypes: false,
      parameters: parameters(config),
      embed(pass) {
        const tokens = pass.tokenEmbeddings(pass.parameter(TOKEN_EMBEDDINGS));
        const x = add(tokens, pass.positionEmbeddings(pass.parameter(POSITION_EMBEDDINGS)));
        return pass.dropout(pass.layerNorm(x, 'embeddings.LayerNorm', EPSILON), config.dropout, 'embeddings');
      },
      stack: (pass) => (index, x) => layer(config, index, x, x, pass),
      lastLayer: (x, context, pass) => layer(config, config.n_layers - 1, x, context, pass),
    };
  },
};

function parameters(config: DistilBertConfig): Map<string, Shape> {
  const { dim, hidden_dim: inner } = config;
  const shapes = new Map<string, Shape>();
  const dense = (name: string, out: number, into: number) =>
    shapes.set(`${name}.weight`, [out, into]).set(`${name}.bias`, [out]);
  const norm = (name: string) => shapes.set(`${name}.weight`, [dim]).set(`${name}.bias`, [dim]);
  shapes
    .set(TOKEN_EMBEDDINGS, [config.vocab_size, dim])
    .set(POSITION_EMBEDDINGS, [config.max_position_embeddings, dim]);
  norm('embeddings.LayerNorm');
  for (let index = 0; index < config.n_layers; index++) {
    const at = `transformer.layer.${index}`;
    for (const part of ['q', 'k', 'v', 'out']) dense(`${at}.attention.${part}_lin`, dim, dim);
    norm(`${at}.sa_layer_norm`);
    dense(`${at}.ffn.lin1`, inner, dim);
    dense(`${at}.ffn.lin2`, dim, inner);
    norm(`${at}.output_layer_norm`);
  }
  return shapes;
}

function layer(config: DistilBertConfig, index: number, x: Value, context: Value, pass: ForwardPass): Value {
  const at = `transformer.layer.${index}`;
  const project = (y: Value, part: string) => pass.dense(y, `${at}.attention.${part}_lin`);
  const attended = pass.attention(project(x, 'q'), project(context, 'k'), project(context, 'v'), {
    headWidth: config.dim / config.n_heads,
    dropout: config.attention_dropout,
    site: `${at}.attention`,
  });
  const y = pass.layerNorm(add(pass.dense(attended, `${at}.attention.out_lin`), x), `${at}.sa_layer_norm`, EPSILON);
  const transformed = pass.dense(pass.gelu(pass.dense(y, `${at}.ffn.lin1`)), `${at}.ffn.lin2`);
  return pass.layerNorm(
    add(pass.dropout(transformed, config.dropout, `${at}.ffn`), y),
    `${at}.output_layer_norm`,
    EPSILON,
  );
}
