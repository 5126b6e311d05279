import { z } from 'zod';
import { add, expand, mul, relu, reshape, sigmoid, sign, type Value } from '../../autodiff/index.ts';
import { type Architecture, type ForwardPass, MASKED, type ScoreBias, type Shape } from './architecture.ts';
import { rate, readConfig, requireOption, size } from './read-config.ts';
import { type Angles, rotaryAngles, rotate } from './rotary.ts';

const Rope = z.looseObject({ rope_theta: z.number().positive(), rope_type: z.string().default('default') });

/** The defaults are those of transformers' Qwen3Config. Its version decides which field holds the rotary base. */
const Fields = z.object({
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: size,
  head_dim: size.default(128),
  intermediate_size: size,
  max_position_embeddings: size,
  rms_norm_eps: z.number().positive().default(1e-6),
  attention_bias: z.boolean().default(false),
  attention_dropout: rate.default(0),
  hidden_act: z.string().default('silu'),
  use_sliding_window: z.boolean().default(false),
  rope_theta: z.number().positive().default(10_000),
  rope_scaling: z.unknown().optional(),
  rope_parameters: Rope.optional(),
});
type Qwen3Config = z.infer<typeof Fields>;

const TOKEN_EMBEDDINGS = 'embed_tokens.weight';

/**
 * Zhang et al. 2025; transformers' Qwen3Model: Qwen3-Embedding. Attention is causal, so a text is represented by its
 * last token, which attends to all others.
 */
export const qwen3: Architecture = {
  types: ['qwen3'],
  read(source, file) {
    const config = readConfig(Fields, source, file, 'Qwen3');
    requireOption(file, 'hidden_act', config.hidden_act, ['silu']);
    requireOption(file, 'use_sliding_window', config.use_sliding_window, [false]);
    requireOption(file, 'rope_scaling', config.rope_scaling ?? null, [null]);
    requireOption(file, 'rope_type', config.rope_parameters?.rope_type ?? 'default', ['default']);
    const remainder = config.num_attention_heads % config.num_key_value_heads;
    requireOption(file, 'num_attention_heads modulo num_key_value_heads', remainder, [0]);
    return {
      type: 'qwen3',
      hidden: config.hidden_size,
      inner: 2 * config.intermediate_size,
      layers: config.num_hidden_layers,
      heads: config.num_attention_heads,
      vocabulary: config.vocab_size,
      maxTokens: config.max_position_embeddings,
      tokenEmbeddingTable: TOKEN_EMBEDDINGS,
      prefix: 'model.',
      hasTokenTypes: false,
      parameters: parameters(config),
      embed: (pass) => pass.tokenEmbeddings(pass.parameter(TOKEN_EMBEDDINGS)),
      stack(pass) {
        const base = config.rope_parameters?.rope_theta ?? config.rope_theta;
        const angles = rotaryAngles(pass, config.head_dim, base);
        const causal = pass.scoreBias((distance) => mul(relu(sign(distance)), MASKED));
        return (index, x) => layer(config, `layers.${index}`, x, angles, causal, pass);
      },
      finish: (x, pass) => pass.rmsNorm(x, pass.parameter('norm.weight'), config.rms_norm_eps),
    };
  },
};

function parameters(config: Qwen3Config): Map<string, Shape> {
  const { hidden_size: hidden, intermediate_size: inner, head_dim: headWidth } = config;
  const [queries, keys] = [config.num_attention_heads * headWidth, config.num_key_value_heads * headWidth];
  const shapes = new Map<string, Shape>();
  const projection = (name: string, out: number, into: number) => {
    shapes.set(`${name}.weight`, [out, into]);
    if (config.attention_bias) shapes.set(`${name}.bias`, [out]);
  };
  shapes.set(TOKEN_EMBEDDINGS, [config.vocab_size, hidden]);
  for (let index = 0; index < config.num_hidden_layers; index++) {
    const at = `layers.${index}`;
    shapes.set(`${at}.input_layernorm.weight`, [hidden]);
    projection(`${at}.self_attn.q_proj`, queries, hidden);
    projection(`${at}.self_attn.k_proj`, keys, hidden);
    projection(`${at}.self_attn.v_proj`, keys, hidden);
    projection(`${at}.self_attn.o_proj`, hidden, queries);
    shapes.set(`${at}.self_attn.q_norm.weight`, [headWidth]).set(`${at}.self_attn.k_norm.weight`, [headWidth]);
    shapes.set(`${at}.post_attention_layernorm.weight`, [hidden]);
    shapes.set(`${at}.mlp.gate_proj.weight`, [inner, hidden]).set(`${at}.mlp.up_proj.weight`, [inner, hidden]);
    shapes.set(`${at}.mlp.down_proj.weight`, [hidden, inner]);
  }
  return shapes.set('norm.weight', [hidden]);
}

function layer(config: Qwen3Config, at: string, x: Value, angles: Angles, causal: ScoreBias, pass: ForwardPass): Value {
  const { head_dim: headWidth, num_attention_heads: heads, num_key_value_heads: keyHeads } = config;
  const norm = (y: Value, name: string) => pass.rmsNorm(y, pass.parameter(`${name}.weight`), config.rms_norm_eps);
  const project = (y: Value, part: string) => pass.dense(y, `${at}.self_attn.${part}_proj`);
  const normedAndRotated = (y: Value, part: string) => {
    const [tokens, width] = y.shape as [string, number];
    const byHead = reshape(y, [tokens, width / headWidth, headWidth]);
    return rotate(reshape(norm(byHead, `${at}.self_attn.${part}_norm`), y.shape), angles, headWidth);
  };
  const normal = norm(x, `${at}.input_layernorm`);
  const [q, k] = [normedAndRotated(project(normal, 'q'), 'q'), normedAndRotated(project(normal, 'k'), 'k')];
  const repeated = (y: Value) => repeatHeads(y, keyHeads, heads / keyHeads, headWidth);
  const attended = pass.attention(q, repeated(k), repeated(project(normal, 'v')), {
    headWidth,
    bias: causal,
    dropout: config.attention_dropout,
    site: `${at}.self_attn`,
  });
  const y = add(x, project(attended, 'o'));
  const after = norm(y, `${at}.post_attention_layernorm`);
  const gate = pass.dense(after, `${at}.mlp.gate_proj`);
  const gated = mul(mul(gate, sigmoid(gate)), pass.dense(after, `${at}.mlp.up_proj`));
  return add(y, pass.dense(gated, `${at}.mlp.down_proj`));
}

/** Grouped-query attention (Ainslie et al. 2023): `times` query heads share each key and value head. */
function repeatHeads(x: Value, heads: number, times: number, headWidth: number): Value {
  if (times === 1) return x;
  const [tokens] = x.shape as [string];
  const repeated = expand(reshape(x, [tokens, heads, 1, headWidth]), [tokens, heads, times, headWidth]);
  return reshape(repeated, [tokens, heads * times * headWidth]);
}
