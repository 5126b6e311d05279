import { z } from 'zod';
import { add, tanh } from '../../../core/autodiff/index.ts';
import type { Architecture, Shape } from '../../../core/encoder/architectures/architecture.ts';
import { readConfig } from '../../../core/encoder/architectures/read-config.ts';

const size = z.number().int().positive();
const Fields = z.object({ vocab_size: size, width: size, depth: size, longest: size });

/** Transforms each token on its own in every layer: no attention, no positions. */
export const averaging: Architecture = {
  types: ['averaging'],
  read(source, file) {
    const { vocab_size: vocabulary, width, depth, longest } = readConfig(Fields, source, file, 'averaging');
    const layers = Array.from({ length: depth }, (_, index) => `layer.${index}`);
    return {
      type: 'averaging',
      hidden: width,
      inner: width,
      layers: depth,
      heads: 1,
      vocabulary,
      maxTokens: longest,
      tokenEmbeddingTable: 'embeddings.weight',
      prefix: 'averaging.',
      hasTokenTypes: false,
      parameters: new Map<string, Shape>([
        ['embeddings.weight', [vocabulary, width]],
        ...layers.map((name): [string, Shape] => [`${name}.weight`, [width, width]]),
        ...layers.map((name): [string, Shape] => [`${name}.bias`, [width]]),
      ]),
      embed: (pass) => pass.tokenEmbeddings(pass.parameter('embeddings.weight')),
      stack: (pass) => (index, x) => add(x, tanh(pass.dense(x, `layer.${index}`))),
    };
  },
};
