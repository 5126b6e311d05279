import type { Graph, Value } from '../../autodiff/index.ts';

export type Shape = readonly number[];

/** What a file of this folder brings: how a `config.json` of its kind becomes an encoder. */
export interface Architecture {
  /** The `model_type`s of `config.json` it answers to. */
  readonly types: readonly string[];
  /**
   * @param file Where the configuration was read, for messages.
   * @throws Fault `input` naming the option that is missing or not supported, and what is.
   */
  read(config: unknown, file: string): Encoder;
}

/** A transformer encoder of known sizes: its parameters, and how they make hidden states of tokens. */
export interface Encoder {
  readonly type: string;
  /** Width of a token's hidden state. */
  readonly hidden: number;
  /** Widest activation inside a layer. */
  readonly inner: number;
  readonly layers: number;
  /** Attention heads of the queries. */
  readonly heads: number;
  /** Rows of the word table. */
  readonly vocabulary: number;
  /** Most tokens it has positions for. */
  readonly maxTokens: number;
  /** The word table, the one parameter of which only the rows in use are trained. */
  readonly wordTable: string;
  /** What transformers puts before the names where the encoder is part of a larger model: `bert.`. */
  readonly prefix: string;
  /** Whether the exported model asks for `token_type_ids`. */
  readonly hasTokenTypes: boolean;
  /** Parameters by their Hugging Face names, without `prefix`, and their shapes, in the order of the forward pass. */
  readonly parameters: ReadonlyMap<string, Shape>;
  /** Factor on what adapters add to dense layers, where `parameters` has any (see `adapterNames`). */
  readonly adapterScale?: number;
  /** The first hidden states, [tokens, hidden]. */
  embed(pass: ForwardPass): Value;
  /** The layers over a pass, by index; what all of them share (rotary angles, score biases) is made here, once. */
  stack(pass: ForwardPass): (index: number, x: Value) => Value;
  /**
   * The last layer for some tokens alone: where only a text's first or last token is pooled, the others need not be computed.
   * @param x States of those tokens, one a text.
   * @param context States of all tokens, which they attend to.
   */
  lastLayer?(x: Value, context: Value, pass: ForwardPass): Value;
  /** What comes after the last layer; default: nothing. */
  finish?(x: Value, pass: ForwardPass): Value;
  /** Layers between pooling and the finished row, their parameters among `parameters`; default: none. */
  readonly projections?: readonly Projection[];
}

/** sentence-transformers' Dense: a layer between pooling and the finished row, as distiluse and LaBSE have it. */
export interface Projection {
  /** Folder of the module, and what its parameters' names begin with: `2_Dense`. */
  readonly name: string;
  /** Width of what comes out. */
  readonly width: number;
  readonly bias: boolean;
  readonly activation: 'Tanh' | 'ReLU' | 'Identity';
}

/** The layer that a parameter belongs to, by its Hugging Face name: `encoder.layer.3.…`, `layers.3.…`. */
export function layerOf(name: string): number | undefined {
  const index = name.match(/(?:^|\.)layers?\.(\d+)\./)?.[1];
  return index === undefined ? undefined : Number(index);
}

/** What the two matrices of a low-rank adapter beside the dense layer `name` are called, as in PEFT: [rank, in] and [out, rank]. */
export function adapterNames(name: string): { readonly down: string; readonly up: string } {
  return { down: `${name}.lora_A.weight`, up: `${name}.lora_B.weight` };
}

/** Parts of a layer over the model's parameters, and a batch's tokens however they lie in memory. All values are [tokens, width]. */
export interface ForwardPass {
  readonly graph: Graph;
  parameter(name: string): Value;
  /** x Wᵀ + b with the parameters `name.weight` and, if the model has it, `name.bias`. */
  dense(x: Value, name: string): Value;
  /** With `name.weight` and, if the model has it, `name.bias`. */
  layerNorm(x: Value, name: string, epsilon: number): Value;
  rmsNorm(x: Value, weight: Value, epsilon: number): Value;
  gelu(x: Value): Value;
  /** Rows of the word table. */
  words(table: Value): Value;
  /** Rows of a table of learnt positions, of which a text's first token takes row `first` (default 0). */
  positions(table: Value, first?: number): Value;
  /** Rows of the token-type table; one row for all ([1, width]) where no text has a second part. */
  types(table: Value): Value;
  /** Each token's place in its text, from 0, as float32 [tokens, 1]. */
  place(): Value;
  /**
   * What attention may add to its scores beside the padding.
   * @param make From the distance key − query, float32 [length, length], to [heads or 1, length, length].
   */
  scoreBias(make: (distance: Value) => Value): ScoreBias;
  /** softmax(QKᵀ·scale + bias)V among the tokens of each text. */
  attention(query: Value, key: Value, value: Value, options: AttentionOptions): Value;
  /**
   * Zeroes a share of the elements and scales up the others, in training; else nothing.
   * @param site Name of the place in the model: the same mask comes where the same site is asked for again.
   */
  dropout(x: Value, rate: number, site: string): Value;
}

/** One value for each length group that a pass has. */
export type ScoreBias = readonly Value[];

export interface AttentionOptions {
  /** Width of one head. */
  readonly size: number;
  /** Default: 1/√size. */
  readonly scale?: number;
  readonly bias?: ScoreBias;
  /** Share of the attention weights zeroed in training; default 0. */
  readonly dropout?: number;
  /** As that of `dropout`. */
  readonly site: string;
}
