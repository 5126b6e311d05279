import { add, gather, gelu, layerNorm, linear, type Value } from '../autodiff/index.ts';
import type { BertConfig } from './bert-config.ts';

/** The word table, the one parameter of which only the rows in use are trained. */
export const WORD_TABLE = 'embeddings.word_embeddings.weight';

/** Parameters by their Hugging Face names (without a `bert.` prefix) and their shapes, in the order of the forward pass. */
export function bertParameters(config: BertConfig): Map<string, readonly number[]> {
  const { hidden_size: hidden, intermediate_size: inner } = config;
  const shapes = new Map<string, readonly number[]>();
  const dense = (name: string, out: number, into: number) =>
    shapes.set(`${name}.weight`, [out, into]).set(`${name}.bias`, [out]);
  const norm = (name: string) => shapes.set(`${name}.weight`, [hidden]).set(`${name}.bias`, [hidden]);
  shapes.set(WORD_TABLE, [config.vocab_size, hidden]);
  shapes.set('embeddings.position_embeddings.weight', [config.max_position_embeddings, hidden]);
  shapes.set('embeddings.token_type_embeddings.weight', [config.type_vocab_size, hidden]);
  norm('embeddings.LayerNorm');
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const at = `encoder.layer.${layer}`;
    for (const part of ['query', 'key', 'value']) dense(`${at}.attention.self.${part}`, hidden, hidden);
    dense(`${at}.attention.output.dense`, hidden, hidden);
    norm(`${at}.attention.output.LayerNorm`);
    dense(`${at}.intermediate.dense`, inner, hidden);
    dense(`${at}.output.dense`, hidden, inner);
    norm(`${at}.output.LayerNorm`);
  }
  return shapes;
}

/** How a batch's tokens lie in memory: what the encoder needs to know of them. */
export interface TokenLayout {
  /** Rows of the word and position tables, [tokens, hidden]. */
  words(table: Value): Value;
  positions(table: Value): Value;
  /** Rows of the token-type table; one row for all ([1, hidden]) where no text has a second part. */
  types(table: Value): Value;
  /** Softmax attention among the tokens of each text; all of [tokens, hidden]. */
  attention(query: Value, key: Value, value: Value): Value;
  /** GELU in whatever operators the graph may use; default: ONNX Runtime's. */
  gelu?(x: Value): Value;
}

/** BERT's encoder (Devlin et al. 2019; transformers' BertModel without its pooler): last hidden states, [tokens, hidden]. */
export function bertEncoder(config: BertConfig, parameter: (name: string) => Value, layout: TokenLayout): Value {
  const dense = (x: Value, name: string) => linear(x, parameter(`${name}.weight`), parameter(`${name}.bias`));
  const norm = (x: Value, name: string) =>
    layerNorm(x, parameter(`${name}.weight`), parameter(`${name}.bias`), config.layer_norm_eps);
  const activate = layout.gelu ?? gelu;
  const { graph } = parameter(WORD_TABLE);

  let x = graph.within('embeddings', () => {
    const words = layout.words(parameter(WORD_TABLE));
    const positions = layout.positions(parameter('embeddings.position_embeddings.weight'));
    const types = layout.types(parameter('embeddings.token_type_embeddings.weight'));
    return norm(add(add(words, positions), types), 'embeddings.LayerNorm');
  });
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const at = `encoder.layer.${layer}`;
    x = graph.within(at, () => {
      const [query, key, value] = ['query', 'key', 'value'].map((part) => dense(x, `${at}.attention.self.${part}`));
      const heard = layout.attention(query as Value, key as Value, value as Value);
      const y = norm(add(dense(heard, `${at}.attention.output.dense`), x), `${at}.attention.output.LayerNorm`);
      const thought = dense(activate(dense(y, `${at}.intermediate.dense`)), `${at}.output.dense`);
      return norm(add(thought, y), `${at}.output.LayerNorm`);
    });
  }
  return x;
}

/** Rows of a table by way of the distinct ones: each is fetched once, and the gradient reaches each once. */
export function embed(table: Value, distinct: Value, index: Value): Value {
  return gather(gather(table, distinct, { distinct: true }), index);
}
