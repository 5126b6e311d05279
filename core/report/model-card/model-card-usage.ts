import type { BaseModel } from '../../contracts/model.ts';
import type { TrainingOptions } from '../../contracts/training.ts';

/** Code that loads the model: sentence-transformers, transformers.js and text-embeddings-inference. */
export function usage(base: BaseModel, { prompts, adapter }: Pick<TrainingOptions, 'prompts' | 'adapter'>): string {
  const [query, passage] = prompts || adapter ? ['encode_query', 'encode_document'] : ['encode', 'encode'];
  const python = `\`\`\`python
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("./model")
queries = model.${query}(["a question"])
passages = model.${passage}(["a passage", "another passage"])
print(model.similarity(queries, passages))
\`\`\`
`;
  if (adapter)
    return `${python}
Question embeddings pass through a linear map (\`3_Router\`), which other libraries do not support. Passages have the embeddings of the base model.
`;
  return `${python}
\`\`\`js
import { env, pipeline } from '@huggingface/transformers';

env.localModelPath = '../';
const embed = await pipeline('feature-extraction', 'model', { dtype: 'fp32', local_files_only: true });
const vectors = await embed(${texts(prompts)}, { ${poolingOption(base.pooling)}normalize: true });
\`\`\`
${base.pooling === undefined ? '\nSet `pooling` to the mode in `1_Pooling/config.json` (`mean` or `cls`).\n' : ''}
\`\`\`sh
text-embeddings-router --model-id ./model
\`\`\`
${prompts ? '\nOutside sentence-transformers, put the prompts of `config_sentence_transformers.json` before the texts yourself.\n' : ''}`;
}

function texts({ query = '', passage = '' }: NonNullable<TrainingOptions['prompts']> = {}): string {
  const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}'`;
  return `[${quoted(`${query}a question`)}, ${quoted(`${passage}a passage`)}]`;
}

function poolingOption(pooling: string | undefined): string {
  return pooling === undefined ? '' : `pooling: '${pooling}', `;
}
