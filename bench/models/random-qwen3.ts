import { seeded } from '../../core/primitives/random.ts';
import { DEVIATION, gaussian, POSITIONS, type RandomModel, randomModel } from './random-model.ts';

/** Qwen/Qwen3-Embedding-0.6B, by the names of its config.json. */
const QWEN3_EMBEDDING = {
  vocab_size: 151_669,
  hidden_size: 1024,
  num_hidden_layers: 28,
  num_attention_heads: 16,
  num_key_value_heads: 8,
  head_dim: 128,
  intermediate_size: 3072,
};
/** Gaussian numbers that all tensors are cut from: drawing 600 million would take minutes. */
const DRAWN = 1 << 22;

/**
 * A model of the shape of Qwen3-Embedding-0.6B with random weights (2.4 GB), which takes the same time. Its tokenizer
 * is that of all-MiniLM-L6-v2, whose ids are the first of the vocabulary.
 */
export function randomQwen3(): Promise<string> {
  return randomModel('qwen3-0.6b', qwen3());
}

function qwen3(): RandomModel {
  const { hidden_size: hidden, vocab_size: vocabulary } = QWEN3_EMBEDDING;
  const random = seeded(hidden, vocabulary);
  let drawn: Float32Array | undefined;
  return {
    config: {
      architectures: ['Qwen3Model'],
      model_type: 'qwen3',
      hidden_act: 'silu',
      attention_bias: false,
      attention_dropout: 0,
      rms_norm_eps: 1e-6,
      rope_theta: 1_000_000,
      use_sliding_window: false,
      tie_word_embeddings: true,
      max_position_embeddings: POSITIONS,
      initializer_range: DEVIATION,
      pad_token_id: 0,
      ...QWEN3_EMBEDDING,
    },
    ...{ hidden, vocabulary, pooling: 'lasttoken', tokenizer: 'minilm', parameters: parameters() },
    values(name, length) {
      const values = new Float32Array(length);
      if (/norm\.weight$/.test(name)) return values.fill(1);
      drawn ??= Float32Array.from({ length: DRAWN }, () => DEVIATION * gaussian(random));
      let start = Math.floor(random() * DRAWN);
      for (let at = 0; at < length; start = 0) {
        const piece = drawn.subarray(start, start + length - at);
        values.set(piece, at);
        at += piece.length;
      }
      return values;
    },
  };
}

/** Parameters of transformers' Qwen3Model. */
function parameters(): { name: string; dims: number[] }[] {
  const { hidden_size: hidden, intermediate_size: inner, head_dim: head } = QWEN3_EMBEDDING;
  const [queries, keys] = [QWEN3_EMBEDDING.num_attention_heads * head, QWEN3_EMBEDDING.num_key_value_heads * head];
  const layers = Array.from({ length: QWEN3_EMBEDDING.num_hidden_layers }, (_, i) => `layers.${i}`);
  return [
    { name: 'embed_tokens.weight', dims: [QWEN3_EMBEDDING.vocab_size, hidden] },
    ...layers.flatMap((at) => [
      { name: `${at}.input_layernorm.weight`, dims: [hidden] },
      { name: `${at}.self_attn.q_proj.weight`, dims: [queries, hidden] },
      { name: `${at}.self_attn.k_proj.weight`, dims: [keys, hidden] },
      { name: `${at}.self_attn.v_proj.weight`, dims: [keys, hidden] },
      { name: `${at}.self_attn.o_proj.weight`, dims: [hidden, queries] },
      { name: `${at}.self_attn.q_norm.weight`, dims: [head] },
      { name: `${at}.self_attn.k_norm.weight`, dims: [head] },
      { name: `${at}.post_attention_layernorm.weight`, dims: [hidden] },
      { name: `${at}.mlp.gate_proj.weight`, dims: [inner, hidden] },
      { name: `${at}.mlp.up_proj.weight`, dims: [inner, hidden] },
      { name: `${at}.mlp.down_proj.weight`, dims: [hidden, inner] },
    ]),
    { name: 'norm.weight', dims: [hidden] },
  ];
}
