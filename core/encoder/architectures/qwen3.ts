import { z } from 'zod';
import { add, expand, mul, relu, reshape, sigmoid, sign, type Value } from '../../autodiff/index.ts';
import type { Architecture, ForwardPass, ScoreBias, Shape } from './architecture.ts';
import { rate, readConfig, requireOption, size } from './read-config.ts';
import { type Angles, rotaryAngles, rotate } from './rotary.ts';

const Rope = z.looseObject({ rope_theta: z.number().positive(), rope_type: z.string().default('default') });

/** Defaults are those of transformers' Qwen3Config; the rotary base stands in one of two places, by its version. */
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

const WORDS = 'embed_tokens.weight';

/** Zhang et al. 2025; transformers' Qwen3Model: Qwen3-Embedding. A text's last token, which has seen all others, stands for it. */
export const qwen3: Architecture = {
  types: ['qwen3'],
  read(source, file) {
    const config = readConfig(Fields, source, file, 'Qwen3');
    requireOption(file, 'hidden_act', config.hidden_act, ['silu']);
    requireOption(file, 'use_sliding_window', config.use_sliding_window, [false]);
    requireOption(file, 'rope_scaling', config.rope_scaling ?? null, [null]);
    requireOption(file, 'rope_type', config.rope_parameters?.rope_type ?? 'default', ['default']);
    const shared = config.num_attention_heads % config.num_key_value_heads;
    requireOption(file, 'num_attention_heads modulo num_key_value_heads', shared, [0]);
    return {
      type: 'qwen3',
      hidden: config.hidden_size,
      inner: 2 * config.intermediate_size,
      layers: config.num_hidden_layers,
      heads: config.num_attention_heads,
      vocabulary: config.vocab_size,
      maxTokens: config.max_position_embeddings,
      wordTable: WORDS,
      prefix: 'model.',
      hasTokenTypes: false,
      parameters: parameters(config),
      embed: (pass) => pass.words(pass.parameter(WORDS)),
      stack(pass) {
        const base = config.rope_parameters?.rope_theta ?? config.rope_theta;
        const angles = rotaryAngles(pass, config.head_dim, base);
        const causal = pass.scoreBias((distance) => mul(relu(sign(distance)), -1e9));
        return (index, x) => layer(config, `layers.${index}`, x, angles, causal, pass);
      },
      finish: (x, pass) => pass.rmsNorm(x, pass.parameter('norm.weight'), config.rms_norm_eps),
    };
  },
};

function parameters(config: Qwen3Config): Map<string, Shape> {
  const { hidden_size: hidden, intermediate_size: inner, head_dim: width } = config;
  const [queries, keys] = [config.num_attention_heads * width, config.num_key_value_heads * width];
  const shapes = new Map<string, Shape>();
  const projection = (name: string, out: number, into: number) => {
    shapes.set(`${name}.weight`, [out, into]);
    if (config.attention_bias) shapes.set(`${name}.bias`, [out]);
  };
  shapes.set(WORDS, [config.vocab_size, hidden]);
  for (let index = 0; index < config.num_hidden_layers; index++) {
    const at = `layers.${index}`;
    shapes.set(`${at}.input_layernorm.weight`, [hidden]);
    projection(`${at}.self_attn.q_proj`, queries, hidden);
    projection(`${at}.self_attn.k_proj`, keys, hidden);
    projection(`${at}.self_attn.v_proj`, keys, hidden);
    projection(`${at}.self_attn.o_proj`, hidden, queries);
    shapes.set(`${at}.self_attn.q_norm.weight`, [width]).set(`${at}.self_attn.k_norm.weight`, [width]);
    shapes.set(`${at}.post_attention_layernorm.weight`, [hidden]);
    shapes.set(`${at}.mlp.gate_proj.weight`, [inner, hidden]).set(`${at}.mlp.up_proj.weight`, [inner, hidden]);
    shapes.set(`${at}.mlp.down_proj.weight`, [hidden, inner]);
  }
  return shapes.set('norm.weight', [hidden]);
}

function layer(config: Qwen3Config, at: string, x: Value, angles: Angles, causal: ScoreBias, pass: ForwardPass): Value {
  const { head_dim: width, num_attention_heads: heads, num_key_value_heads: shared } = config;
  const norm = (y: Value, name: string) => pass.rmsNorm(y, pass.parameter(`${name}.weight`), config.rms_norm_eps);
  const project = (y: Value, part: string) => pass.dense(y, `${at}.self_attn.${part}_proj`);
  const turned = (y: Value, part: string) => {
    const apart = reshape(y, [y.shape[0] as string, (y.shape[1] as number) / width, width]);
    return rotate(reshape(norm(apart, `${at}.self_attn.${part}_norm`), y.shape), angles, width);
  };
  const normal = norm(x, `${at}.input_layernorm`);
  const [q, k] = [turned(project(normal, 'q'), 'q'), turned(project(normal, 'k'), 'k')];
  const spread = (y: Value) => repeatHeads(y, shared, heads / shared, width);
  const heard = pass.attention(q, spread(k), spread(project(normal, 'v')), {
    size: width,
    bias: causal,
    dropout: config.attention_dropout,
    site: `${at}.self_attn`,
  });
  const y = add(x, project(heard, 'o'));
  const after = norm(y, `${at}.post_attention_layernorm`);
  const gate = pass.dense(after, `${at}.mlp.gate_proj`);
  const gated = mul(mul(gate, sigmoid(gate)), pass.dense(after, `${at}.mlp.up_proj`));
  return add(y, pass.dense(gated, `${at}.mlp.down_proj`));
}

/** Grouped-query attention (Ainslie et al. 2023): each key and value head serves `times` query heads. */
function repeatHeads(x: Value, heads: number, times: number, width: number): Value {
  if (times === 1) return x;
  const [tokens] = x.shape as [string];
  const apart = expand(reshape(x, [tokens, heads, 1, width]), [tokens, heads, times, width]);
  return reshape(apart, [tokens, heads * times * width]);
}
