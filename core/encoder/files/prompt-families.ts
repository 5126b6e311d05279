/**
 * Prompts that the authors of well-known models trained with, for copies of these models that name none:
 * sentence-transformers would put nothing before the texts, and the model would rank worse than it can.
 */
export interface PromptFamily {
  /** For people: `e5`. */
  readonly name: string;
  readonly query: string;
  readonly passage: string;
  /** Where the authors say so. */
  readonly source: string;
  /** Owners of the models on the hub. */
  readonly owners: readonly string[];
  /** Names of the models without their owner. Tunings of them by others, which have longer names, do not match. */
  readonly models: RegExp;
  /** The `model_type` in config.json that such a model has. */
  readonly types: readonly string[];
}

const card = (repository: string, section: string) =>
  `https://huggingface.co/${repository}, ${section} (the same for its family)`;

const WEB_SEARCH = 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:';
const SEARCHING = 'Represent this sentence for searching relevant passages: ';

const FAMILIES: readonly PromptFamily[] = [
  {
    name: 'e5',
    query: 'query: ',
    passage: 'passage: ',
    source: card('intfloat/multilingual-e5-base', 'FAQ 1: "this is how the model is trained"'),
    owners: ['intfloat'],
    models: /(multilingual-)?e5-(small|base|large)(-v2|-unsupervised)?/,
    types: ['bert', 'xlm-roberta'],
  },
  {
    name: 'e5-instruct',
    query: `${WEB_SEARCH} `,
    passage: '',
    source: card('intfloat/multilingual-e5-large-instruct', 'usage: get_detailed_instruct, and FAQ 1'),
    owners: ['intfloat'],
    models: /multilingual-e5-large-instruct/,
    types: ['xlm-roberta'],
  },
  {
    name: 'bge-en',
    query: SEARCHING,
    passage: '',
    source: card('BAAI/bge-base-en-v1.5', 'model list, "query instruction for retrieval"'),
    owners: ['BAAI'],
    models: /bge-(small|base|large)-en(-v1\.5)?/,
    types: ['bert'],
  },
  {
    name: 'bge-zh',
    query: '为这个句子生成表示以用于检索相关文章：',
    passage: '',
    source: card('BAAI/bge-base-zh-v1.5', 'model list, "query instruction for retrieval"'),
    owners: ['BAAI'],
    models: /bge-(small|base|large)-zh(-v1\.5)?/,
    types: ['bert'],
  },
  {
    name: 'bge-m3',
    query: '',
    passage: '',
    source: card('BAAI/bge-m3', 'FAQ: no instructions are needed'),
    owners: ['BAAI'],
    models: /bge-m3(-unsupervised|-retromae)?/,
    types: ['xlm-roberta'],
  },
  {
    name: 'gte',
    query: '',
    passage: '',
    source: card('thenlper/gte-base', 'usage: texts as they are'),
    owners: ['thenlper', 'Alibaba-NLP'],
    models: /gte-(small|base|large)(-zh)?|gte-modernbert-base/,
    types: ['bert', 'modernbert'],
  },
  {
    name: 'qwen3-embedding',
    query: WEB_SEARCH,
    passage: '',
    source: card('Qwen/Qwen3-Embedding-0.6B', 'config_sentence_transformers.json: prompts'),
    owners: ['Qwen'],
    models: /Qwen3-Embedding-(0\.6B|4B|8B)/,
    types: ['qwen3'],
  },
  {
    name: 'modernbert-embed',
    query: 'search_query: ',
    passage: 'search_document: ',
    source: card('nomic-ai/modernbert-embed-base', 'usage'),
    owners: ['nomic-ai', 'lightonai'],
    models: /modernbert-embed-(base|large)/,
    types: ['modernbert'],
  },
  {
    name: 'mxbai-embed',
    query: SEARCHING,
    passage: '',
    source: card('mixedbread-ai/mxbai-embed-large-v1', 'quickstart'),
    owners: ['mixedbread-ai'],
    models: /mxbai-embed-large-v1/,
    types: ['bert'],
  },
  {
    name: 'uae',
    query: SEARCHING,
    passage: '',
    source: card('WhereIsAI/UAE-Large-V1', 'usage: retrieval (Prompts.C of angle_emb)'),
    owners: ['WhereIsAI'],
    models: /UAE-Large-V1/,
    types: ['bert'],
  },
  {
    name: 'arctic-embed',
    query: SEARCHING,
    passage: '',
    source: card('Snowflake/snowflake-arctic-embed-m', 'usage'),
    owners: ['Snowflake'],
    models: /snowflake-arctic-embed-(xs|s|m|l|m-v1\.5)/,
    types: ['bert'],
  },
  {
    name: 'arctic-embed-v2',
    query: 'query: ',
    passage: '',
    source: card('Snowflake/snowflake-arctic-embed-l-v2.0', 'usage'),
    owners: ['Snowflake'],
    models: /snowflake-arctic-embed-l-v2\.0/,
    types: ['xlm-roberta'],
  },
  {
    name: 'ruri-v3',
    query: '検索クエリ: ',
    passage: '検索文書: ',
    source: card('cl-nagoya/ruri-v3-310m', 'usage: 1+3 prefix scheme'),
    owners: ['cl-nagoya'],
    models: /ruri-v3-(30m|70m|130m|310m)/,
    types: ['modernbert'],
  },
  {
    name: 'ruri',
    query: 'クエリ: ',
    passage: '文章: ',
    source: card('cl-nagoya/ruri-base', 'usage'),
    owners: ['cl-nagoya'],
    models: /ruri-(small|base|large)(-v2)?/,
    types: ['bert', 'distilbert'],
  },
];

/** All prompts that models of these families put before texts. */
export const KNOWN_PROMPTS: readonly string[] = [
  ...new Set(FAMILIES.flatMap(({ query, passage }) => [query, passage])),
].filter((prompt) => prompt !== '');

/** Owners on ModelScope under which the models of others are kept unchanged. */
const COPIED_BY = ['AI-ModelScope', 'Xorbits'];

/** The family of a model of the hub or of ModelScope. @param repository `owner/name`. */
export function familyOfRepository(repository: string, type: string): PromptFamily | undefined {
  return FAMILIES.find(({ owners, models, types }) => {
    const names = new RegExp(`^(${[...owners, ...COPIED_BY].join('|')})/(${models.source})$`, 'i');
    return names.test(repository) && types.includes(type);
  });
}

/**
 * The family of a model by the last part of a path, as downloads are named: `multilingual-e5-base`,
 * `BAAI_bge-base-zh-v1.5`, `intfloat--e5-base`, ModelScope's `bge-base-zh-v1___5`, and the caches of huggingface_hub.
 */
export function familyOfPath(path: string, type: string): PromptFamily | undefined {
  const parts = path.split(/[\\/]+/).filter((part) => part !== '');
  const inCache = parts.at(-2) === 'snapshots' ? parts.at(-3)?.replace(/^models--/, '') : undefined;
  const name = (inCache ?? parts.at(-1) ?? '').replaceAll('___', '.');
  return FAMILIES.find(({ owners, models, types }) => {
    const names = new RegExp(`^((${[...owners, ...COPIED_BY].join('|')})(--|_))?(${models.source})$`, 'i');
    return names.test(name) && types.includes(type);
  });
}
