import type { Graph, Value } from '../../autodiff/index.ts';

export type Shape = readonly number[];

/** A model family: how its `config.json` becomes an encoder. One file of this folder each. */
export interface Architecture {
  /** The values of `model_type` in `config.json` that it handles. */
  readonly types: readonly string[];
  /**
   * @param file Path of the configuration, for messages.
   * @throws Fault `input` naming the option that is missing or not supported, and which values are.
   */
  read(config: unknown, file: string): Encoder;
}

/** A transformer encoder of known sizes: its parameters, and how it computes hidden states from tokens. */
export interface Encoder {
  readonly type: string;
  /** Width of a token's hidden state. */
  readonly hidden: number;
  /** Widest activation inside a layer. */
  readonly inner: number;
  readonly layers: number;
  /** Attention heads of the queries. */
  readonly heads: number;
  /** Rows of the token embedding table. */
  readonly vocabulary: number;
  /** Largest number of tokens for which it has positions. */
  readonly maxTokens: number;
  /** Name of the token embedding table. Of this parameter, training changes only the rows that are in use. */
  readonly tokenEmbeddingTable: string;
  /** What transformers puts before parameter names if the encoder is part of a larger model: `bert.`. */
  readonly prefix: string;
  /** Whether the exported model has the input `token_type_ids`. */
  readonly hasTokenTypes: boolean;
  /** Parameters by Hugging Face name without `prefix`, and their shapes, in the order of the forward pass. */
  readonly parameters: ReadonlyMap<string, Shape>;
  /** Factor on the output of low-rank adapters, if `parameters` has any (see `adapterNames`). Default 1. */
  readonly adapterScale?: number;
  /** The hidden states before the first layer, [tokens, hidden]. */
  embed(pass: ForwardPass): Value;
  /**
   * The layers, as a function of index and hidden states. What all layers share (rotary angles, attention biases) is
   * computed once, when `stack` is called.
   */
  stack(pass: ForwardPass): (index: number, x: Value) => Value;
  /**
   * The last layer for some of the tokens: if only the first or last token of a text is pooled, the states of the
   * others are not needed. Absent: not supported.
   * @param x Hidden states of those tokens, one for each text.
   * @param context Hidden states of all tokens, which they attend to.
   */
  lastLayer?(x: Value, context: Value, pass: ForwardPass): Value;
  /** What follows the last layer. Default: nothing. */
  finish?(x: Value, pass: ForwardPass): Value;
  /** Layers between pooling and the embedding; their parameters are among `parameters`. Default: none. */
  readonly projections?: readonly Projection[];
}

/** sentence-transformers' Dense module: a layer between pooling and the embedding (distiluse, LaBSE). */
export interface Projection {
  /** Folder of the module, with which the names of its parameters begin: `2_Dense`. */
  readonly name: string;
  /** Dimension of its output. */
  readonly width: number;
  readonly bias: boolean;
  readonly activation: 'Tanh' | 'ReLU' | 'Identity';
}

/** Index of the layer that a parameter belongs to, from its Hugging Face name: `encoder.layer.3.…`, `layers.3.…`. */
export function layerOf(name: string): number | undefined {
  const index = name.match(/(?:^|\.)layers?\.(\d+)\./)?.[1];
  return index === undefined ? undefined : Number(index);
}

/**
 * Names of the two matrices of a low-rank adapter of the dense layer `name`, as in PEFT: [rank, in] and [out, rank].
 */
export function adapterNames(name: string): { readonly down: string; readonly up: string } {
  return { down: `${name}.lora_A.weight`, up: `${name}.lora_B.weight` };
}

/**
 * What an architecture computes layers with. Its implementations differ in how the tokens of a batch are laid out in
 * memory (packed or padded). All values are [tokens, width] unless stated otherwise.
 */
export interface ForwardPass {
  readonly graph: Graph;
  /** A parameter of the model by name. */
  parameter(name: string): Value;
  /** x Wᵀ + b with the parameters `name.weight` and, if the model has it, `name.bias`. */
  dense(x: Value, name: string): Value;
  /** Layer normalisation with `name.weight` and, if the model has it, `name.bias`. */
  layerNorm(x: Value, name: string, epsilon: number): Value;
  rmsNorm(x: Value, weight: Value, epsilon: number): Value;
  gelu(x: Value): Value;
  /** For each token its row of the token embedding table. */
  tokenEmbeddings(table: Value): Value;
  /** For each token its row of a table of learned positions; the first token of a text has row `first` (default 0). */
  positionEmbeddings(table: Value, first?: number): Value;
  /** For each token its row of the token type table; one row for all ([1, width]) if no text has a second segment. */
  tokenTypeEmbeddings(table: Value): Value;
  /** Position of each token in its text, from 0: float32 [tokens, 1]. */
  positions(): Value;
  /**
   * A bias on the attention scores, in addition to the padding mask.
   * @param compute Maps the distance (position of the key − position of the query), float32 [length, length], to the
   *   bias, [heads or 1, length, length].
   */
  scoreBias(compute: (distance: Value) => Value): ScoreBias;
  /** softmax(QKᵀ·scale + bias)V among the tokens of each text. */
  attention(query: Value, key: Value, value: Value, options: AttentionOptions): Value;
  /**
   * In training, zeroes a share of the elements and scales up the others; otherwise returns `x`.
   * @param site Names the place in the model; the same site gets the same mask every time it is used in a step.
   */
  dropout(x: Value, rate: number, site: string): Value;
}

/** One value for each length group of a pass. */
export type ScoreBias = readonly Value[];

/** Attention score of a key that a query must not attend to: softmax turns it into 0. */
export const MASKED = -1e9;

export interface AttentionOptions {
  readonly headWidth: number;
  /** Default: 1/√headWidth. */
  readonly scale?: number;
  readonly bias?: ScoreBias | undefined;
  /** Share of the attention weights that is zeroed in training. Default 0. */
  readonly dropout?: number;
  /** Names the place in the model; see `ForwardPass.dropout`. */
  readonly site: string;
}
