import { z } from 'zod';
import { add, gather, toInt32, transpose, type Value } from '../../autodiff/index.ts';
import type { Architecture, ForwardPass, ScoreBias, Shape } from './architecture.ts';
import { rate, readConfig, requireEvenHeads, requireOption, size } from './read-config.ts';

/** The defaults are those of transformers' MPNetConfig. */
const Fields = z.object({
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  intermediate_size: size,
  max_position_embeddings: size,
  relative_attention_num_buckets: size.default(32),
  layer_norm_eps: z.number().positive().default(1e-12),
  hidden_act: z.string().default('gelu'),
  hidden_dropout_prob: rate.default(0.1),
  attention_probs_dropout_prob: rate.default(0.1),
});
type MPNetConfig = z.infer<typeof Fields>;

const TOKEN_EMBEDDINGS = 'embeddings.word_embeddings.weight';
const POSITION_EMBEDDINGS = 'embeddings.position_embeddings.weight';
const DISTANCE_BIAS = 'encoder.relative_attention_bias.weight';
/** Positions start after the id of the padding token, which transformers' MPNetEmbeddings fixes at 1. */
const FIRST_POSITION = 2;

/** Song et al. 2020; transformers' MPNetModel: all-mpnet-base-v2, multi-qa-mpnet, paraphrase-mpnet. */
export const mpnet: Architecture = {
  types: ['mpnet'],
  read(source, file) {
    const config = readConfig(Fields, source, file, 'MPNet');
    requireOption(file, 'hidden_act', config.hidden_act, ['gelu']);
    // transformers' MPNetEncoder always uses 32, regardless of the configuration.
    requireOption(file, 'relative_attention_num_buckets', config.relative_attention_num_buckets, [32]);
    requireEvenHeads(file, 'num_attention_heads', config.num_attention_heads, config.hidden_size);
    return {
      type: 'mpnet',
      hidden: config.hidden_size,
      inner: config.intermediate_size,
      layers: config.num_hidden_layers,
      heads: config.num_attention_heads,
      vocabulary: config.vocab_size,
      maxTokens: config.max_position_embeddings - FIRST_POSITION,
      tokenEmbeddingTable: TOKEN_EMBEDDINGS,
      prefix: 'mpnet.',
      hasTokenTypes: false,
      parameters: parameters(config),
      embed(pass) {
        const tokens = pass.tokenEmbeddings(pass.parameter(TOKEN_EMBEDDINGS));
        const x = add(tokens, pass.positionEmbeddings(pass.parameter(POSITION_EMBEDDINGS), FIRST_POSITION));
        const y = pass.layerNorm(x, 'embeddings.LayerNorm', config.layer_norm_eps);
        return pass.dropout(y, config.hidden_dropout_prob, 'embeddings');
      },
      stack(pass) {
        const bias = pass.scoreBias((distance) => distanceBias(config, distance, pass));
        return (index, x) => layer(config, `encoder.layer.${index}`, x, bias, pass);
      },
    };
  },
};

function parameters(config: MPNetConfig): Map<string, Shape> {
  const { hidden_size: hidden, intermediate_size: inner } = config;
  const shapes = new Map<string, Shape>();
  const dense = (name: string, out: number, into: number) =>
    shapes.set(`${name}.weight`, [out, into]).set(`${name}.bias`, [out]);
  const norm = (name: string) => shapes.set(`${name}.weight`, [hidden]).set(`${name}.bias`, [hidden]);
  shapes
    .set(TOKEN_EMBEDDINGS, [config.vocab_size, hidden])
    .set(POSITION_EMBEDDINGS, [config.max_position_embeddings, hidden]);
  norm('embeddings.LayerNorm');
  shapes.set(DISTANCE_BIAS, [config.relative_attention_num_buckets, config.num_attention_heads]);
  for (let index = 0; index < config.num_hidden_layers; index++) {
    const at = `encoder.layer.${index}`;
    for (const part of ['q', 'k', 'v', 'o']) dense(`${at}.attention.attn.${part}`, hidden, hidden);
    norm(`${at}.attention.LayerNorm`);
    dense(`${at}.intermediate.dense`, inner, hidden);
    dense(`${at}.output.dense`, hidden, inner);
    norm(`${at}.output.LayerNorm`);
  }
  return shapes;
}

/** A learned bias for each head and bucket of distances, the same in all layers: [heads, length, length]. */
function distanceBias(config: MPNetConfig, distance: Value, pass: ForwardPass): Value {
  const furthest = config.max_position_embeddings - 1;
  const buckets = Array.from({ length: 2 * furthest + 1 }, (_, i) =>
    bucket(i - furthest, config.relative_attention_num_buckets),
  );
  const index = toInt32(add(distance, furthest));
  const bucketOf = gather(pass.graph.int(buckets, [buckets.length], 'int32'), index);
  return transpose(gather(pass.parameter(DISTANCE_BIAS), bucketOf), [2, 0, 1]);
}

/**
 * T5's buckets (Raffel et al. 2020): half of them for each direction. Half of those are for single small distances, the
 * others grow logarithmically up to a distance of 128.
 */
function bucket(distance: number, buckets: number): number {
  const half = Math.floor(buckets / 2);
  const exact = Math.floor(half / 2);
  const absolute = Math.abs(distance);
  const scaled = Math.fround(Math.log(Math.fround(absolute / exact)) / Math.log(128 / exact)) * (half - exact);
  const far = Math.min(half - 1, exact + Math.trunc(scaled));
  return (distance > 0 ? half : 0) + (absolute < exact ? absolute : far);
}

function layer(config: MPNetConfig, at: string, x: Value, bias: ScoreBias, pass: ForwardPass): Value {
  const addAndNorm = (y: Value, residual: Value, part: string) =>
    pass.layerNorm(
      add(pass.dropout(y, config.hidden_dropout_prob, `${at}.${part}`), residual),
      `${at}.${part}.LayerNorm`,
      config.layer_norm_eps,
    );
  const project = (part: string) => pass.dense(x, `${at}.attention.attn.${part}`);
  const attended = pass.attention(project('q'), project('k'), project('v'), {
    headWidth: config.hidden_size / config.num_attention_heads,
    bias,
    dropout: config.attention_probs_dropout_prob,
    site: `${at}.attention.attn`,
  });
  const y = addAndNorm(pass.dense(attended, `${at}.attention.attn.o`), x, 'attention');
  return addAndNorm(
    pass.dense(pass.gelu(pass.dense(y, `${at}.intermediate.dense`)), `${at}.output.dense`),
    y,
    'output',
  );
}
