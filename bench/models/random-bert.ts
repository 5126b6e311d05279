import { seeded } from '../../core/primitives/random.ts';
import { DEVIATION, gaussian, POSITIONS, type RandomModel, randomModel } from './random-model.ts';
import { type BertShape, SHAPES, type ShapeName } from './shapes.ts';

/** A BERT of a shape with random weights, which are a function of the shape. */
export function randomBert(name: ShapeName): Promise<string> {
  return randomModel(name, bert(SHAPES[name]));
}

function bert({ pooling, tokenizer, ...shape }: BertShape): RandomModel {
  const random = seeded(shape.hidden_size, shape.num_hidden_layers);
  return {
    config: {
      ...{
        architectures: ['BertModel'],
        model_type: 'bert',
        hidden_act: 'gelu',
        layer_norm_eps: 1e-12,
        pad_token_id: 0,
      },
      ...{
        hidden_dropout_prob: 0.1,
        attention_probs_dropout_prob: 0.1,
        initializer_range: DEVIATION,
        type_vocab_size: 2,
      },
      ...{ max_position_embeddings: POSITIONS, position_embedding_type: 'absolute', ...shape },
    },
    hidden: shape.hidden_size,
    vocabulary: shape.vocab_size,
    ...{ pooling, tokenizer, parameters: parameters(shape) },
    values(name, length) {
      const values = new Float32Array(length);
      if (name.endsWith('LayerNorm.weight')) values.fill(1);
      else if (!name.endsWith('bias')) for (let i = 0; i < length; i++) values[i] = DEVIATION * gaussian(random);
      return values;
    },
  };
}

/**
 * Parameters of transformers' BertModel, with the pooler: embeddings do not use it, but transformers would report it
 * missing.
 */
function parameters(shape: Omit<BertShape, 'pooling' | 'tokenizer'>): { name: string; dims: number[] }[] {
  const { hidden_size: hidden, intermediate_size: inner } = shape;
  const dense = (name: string, out: number, inputs: number) => [
    { name: `${name}.weight`, dims: [out, inputs] },
    { name: `${name}.bias`, dims: [out] },
  ];
  const norm = (name: string) =>
    ['weight', 'bias'].map((part) => ({ name: `${name}.LayerNorm.${part}`, dims: [hidden] }));
  const layers = Array.from({ length: shape.num_hidden_layers }, (_, i) => `encoder.layer.${i}`);
  return [
    { name: 'embeddings.word_embeddings.weight', dims: [shape.vocab_size, hidden] },
    { name: 'embeddings.position_embeddings.weight', dims: [POSITIONS, hidden] },
    { name: 'embeddings.token_type_embeddings.weight', dims: [2, hidden] },
    ...norm('embeddings'),
    ...layers.flatMap((at) => [
      ...['query', 'key', 'value'].flatMap((part) => dense(`${at}.attention.self.${part}`, hidden, hidden)),
      ...dense(`${at}.attention.output.dense`, hidden, hidden),
      ...norm(`${at}.attention.output`),
      ...dense(`${at}.intermediate.dense`, inner, hidden),
      ...dense(`${at}.output.dense`, hidden, inner),
      ...norm(`${at}.output`),
    ]),
    ...dense('pooler.dense', hidden, hidden),
  ];
}
