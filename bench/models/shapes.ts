/** The shape of a BERT, by the names of its config.json, and the modules of its sentence-transformers folder. */
export interface BertShape {
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly intermediate_size: number;
  readonly pooling: 'cls' | 'mean';
  /** `minilm`: the tokenizer of all-MiniLM-L6-v2. `characters`: see wordpiece.ts. */
  readonly tokenizer: 'minilm' | 'characters';
}

/** Models with random weights, to measure speed or to train from scratch. */
export const SHAPES = {
  /** BAAI/bge-small-en-v1.5. */
  'bge-small': {
    vocab_size: 30522,
    hidden_size: 384,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    intermediate_size: 1536,
    pooling: 'cls',
    tokenizer: 'minilm',
  },
  /** BAAI/bge-base-en-v1.5. */
  'bge-base': {
    vocab_size: 30522,
    hidden_size: 768,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    intermediate_size: 3072,
    pooling: 'cls',
    tokenizer: 'minilm',
  },
  /** BAAI/bge-base-zh-v1.5. */
  'bge-base-zh': {
    vocab_size: 21128,
    hidden_size: 768,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    intermediate_size: 3072,
    pooling: 'cls',
    tokenizer: 'characters',
  },
  /** Small enough to learn from random weights within minutes. */
  scratch: {
    vocab_size: 21128,
    hidden_size: 256,
    num_hidden_layers: 4,
    num_attention_heads: 4,
    intermediate_size: 1024,
    pooling: 'mean',
    tokenizer: 'characters',
  },
} as const satisfies Record<string, BertShape>;
export type ShapeName = keyof typeof SHAPES;
