import type { Architecture } from './architecture.ts';
import { bertEncoder } from './bert.ts';

/** Conneau et al. 2020; transformers' XLMRobertaModel: multilingual-e5, bge-m3 (its dense rows), paraphrase-multilingual. */
export const xlmRoberta: Architecture = {
  types: ['xlm-roberta', 'roberta'],
  read(config, file) {
    // Positions are counted on from the padding token's id (fairseq's convention).
    const { pad_token_id: padding = 1 } = config as { pad_token_id?: number };
    return { ...bertEncoder('roberta', 'RoBERTa', padding + 1, config, file), hasTokenTypes: false };
  },
};
