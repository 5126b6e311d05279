import { z } from 'zod';
import { abs, add, mul, relu, sign, split, sub, type Value } from '../../autodiff/index.ts';
import { type Architecture, type ForwardPass, MASKED, type ScoreBias, type Shape } from './architecture.ts';
import { rate, readConfig, requireEvenHeads, requireOption, size } from './read-config.ts';
import { type Angles, rotaryAngles, rotate } from './rotary.ts';

const Rope = z.looseObject({ rope_theta: z.number().positive(), rope_type: z.string().default('default') });

/** The defaults are those of transformers' ModernBertConfig. Its version decides which fields hold the rotary bases. */
const Fields = z.object({
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  intermediate_size: size,
  max_position_embeddings: size,
  norm_eps: z.number().positive().default(1e-5),
  norm_bias: z.boolean().default(false),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  hidden_activation: z.string().default('gelu'),
  embedding_dropout: rate.default(0),
  attention_dropout: rate.default(0),
  mlp_dropout: rate.default(0),
  global_attn_every_n_layers: size.default(3),
  local_attention: size.default(128),
  layer_types: z.array(z.enum(['full_attention', 'sliding_attention'])).optional(),
  global_rope_theta: z.number().positive().default(160_000),
  local_rope_theta: z.number().positive().nullish(),
  rope_parameters: z.object({ full_attention: Rope, sliding_attention: Rope }).optional(),
});
type ModernBertConfig = z.infer<typeof Fields>;

const TOKEN_EMBEDDINGS = 'embeddings.tok_embeddings.weight';

/** Warner et al. 2024; transformers' ModernBertModel: gte-modernbert, modernbert-embed, ruri-v3. */
export const modernBert: Architecture = {
  types: ['modernbert'],
  read(source, file) {
    const config = readConfig(Fields, source, file, 'ModernBERT');
    requireOption(file, 'hidden_activation', config.hidden_activation, ['gelu']);
    requireEvenHeads(file, 'num_attention_heads', config.num_attention_heads, config.hidden_size);
    for (const { rope_type: type } of Object.values(config.rope_parameters ?? {}))
      requireOption(file, 'rope_type', type, ['default']);
    return {
      type: 'modernbert',
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
      embed(pass) {
        const x = pass.layerNorm(
          pass.tokenEmbeddings(pass.parameter(TOKEN_EMBEDDINGS)),
          'embeddings.norm',
          config.norm_eps,
        );
        return pass.dropout(x, config.embedding_dropout, 'embeddings');
      },
      stack(pass) {
        const [global, local] = [sharedParts(config, true, pass), sharedParts(config, false, pass)];
        return (index, x) => layer(config, index, x, isGlobal(config, index) ? global : local, pass);
      },
      finish: (x, pass) => pass.layerNorm(x, 'final_norm', config.norm_eps),
    };
  },
};

function parameters(config: ModernBertConfig): Map<string, Shape> {
  const { hidden_size: hidden, intermediate_size: inner } = config;
  const shapes = new Map<string, Shape>();
  const dense = (name: string, out: number, into: number, bias: boolean) => {
    shapes.set(`${name}.weight`, [out, into]);
    if (bias) shapes.set(`${name}.bias`, [out]);
  };
  const norm = (name: string) => {
    shapes.set(`${name}.weight`, [hidden]);
    if (config.norm_bias) shapes.set(`${name}.bias`, [hidden]);
  };
  shapes.set(TOKEN_EMBEDDINGS, [config.vocab_size, hidden]);
  norm('embeddings.norm');
  for (let index = 0; index < config.num_hidden_layers; index++) {
    const at = `layers.${index}`;
    // The first layer has none, because the embeddings are already normalised.
    if (index > 0) norm(`${at}.attn_norm`);
    dense(`${at}.attn.Wqkv`, 3 * hidden, hidden, config.attention_bias);
    dense(`${at}.attn.Wo`, hidden, hidden, config.attention_bias);
    norm(`${at}.mlp_norm`);
    dense(`${at}.mlp.Wi`, 2 * inner, hidden, config.mlp_bias);
    dense(`${at}.mlp.Wo`, hidden, inner, config.mlp_bias);
  }
  norm('final_norm');
  return shapes;
}

function isGlobal(config: ModernBertConfig, index: number): boolean {
  const type = config.layer_types?.[index];
  return type ? type === 'full_attention' : index % config.global_attn_every_n_layers === 0;
}

/** What all layers with global attention share, or all layers with local attention. */
interface SharedParts {
  readonly angles: Angles;
  readonly bias?: ScoreBias;
}

function sharedParts(config: ModernBertConfig, global: boolean, pass: ForwardPass): SharedParts {
  const { rope_parameters: rope, global_rope_theta: globalBase } = config;
  const base = global
    ? (rope?.full_attention.rope_theta ?? globalBase)
    : (rope?.sliding_attention.rope_theta ?? config.local_rope_theta ?? globalBase);
  const angles = rotaryAngles(pass, config.hidden_size / config.num_attention_heads, base);
  if (global) return { angles };
  const reach = Math.floor(config.local_attention / 2);
  const bias = pass.scoreBias((distance) => mul(relu(sign(sub(abs(distance), reach))), MASKED));
  return { angles, bias };
}

function layer(config: ModernBertConfig, index: number, x: Value, shared: SharedParts, pass: ForwardPass): Value {
  const at = `layers.${index}`;
  const headWidth = config.hidden_size / config.num_attention_heads;
  const normal = index > 0 ? pass.layerNorm(x, `${at}.attn_norm`, config.norm_eps) : x;
  const [q, k, v] = split(pass.dense(normal, `${at}.attn.Wqkv`), 3, 1);
  const rotated = (y: Value) => rotate(y, shared.angles, headWidth);
  const attended = pass.attention(rotated(q), rotated(k), v, {
    headWidth,
    dropout: config.attention_dropout,
    site: `${at}.attn`,
    bias: shared.bias,
  });
  const y = add(x, pass.dropout(pass.dense(attended, `${at}.attn.Wo`), config.attention_dropout, `${at}.attn.Wo`));
  const wide = pass.dense(pass.layerNorm(y, `${at}.mlp_norm`, config.norm_eps), `${at}.mlp.Wi`);
  const [input, gate] = split(wide, 2, 1);
  const gated = pass.dropout(mul(pass.gelu(input), gate), config.mlp_dropout, `${at}.mlp`);
  return add(y, pass.dense(gated, `${at}.mlp.Wo`));
}
