import type { Architecture } from './architecture.ts';
import { bertEncoder } from './bert.ts';

/**
 * Conneau et al. 2020; transformers' XLMRobertaModel: multilingual-e5, bge-m3 (dense embeddings),
 * paraphrase-multilingual.
 */
export const xlmRoberta: Architecture = {
  types: ['xlm-roberta', 'roberta'],
  read(config, file) {
    // Positions start after the id of the padding token (fairseq's convention).
    const { pad_token_id: padding = 1 } = config as { pad_token_id?: number };
    return { ...bertEncoder('roberta', 'RoBERTa', padding + 1, config, file), hasTokenTypes: false };
  },
};
