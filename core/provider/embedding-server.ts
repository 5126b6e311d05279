import type OpenAI from 'openai';
import { z } from 'zod';
import { Fault } from '../contracts/fault.ts';
import type { EmbedOptions } from '../contracts/model.ts';
import { Profile } from '../contracts/profile.ts';
import type { Call, EndpointTimes } from './call.ts';
import { openClient } from './client.ts';
import { Endpoint } from './endpoint.ts';
import type { EndpointWords } from './endpoint-words.ts';
import { readVector, readVectors } from './read-vectors.ts';
import { RequestParts } from './request-parts.ts';
import { readUsage } from './usage.ts';

/** OpenAI's `/v1/embeddings` (vLLM and most others), Text Embeddings Inference's `/embed`, Ollama's `/api/embed`. */
export const SERVER_APIS = ['openai', 'tei', 'ollama'] as const;
export type ServerApi = (typeof SERVER_APIS)[number];

/** Texts of a request at first; Text Embeddings Inference takes 32 by default. */
const MAX_TEXTS = 32;
const MAX_CHARACTERS = 100_000;
/** Time-out of a question about the server itself. */
const PROBE_MS = 10_000;

export interface EmbeddingServerOptions {
  /** With or without the path of the API: `http://127.0.0.1:8080`, `https://host/v1/embeddings`. */
  readonly url: string;
  /** Default: found out from the address, or by asking the server. */
  readonly api?: ServerApi | undefined;
  /** Name of the model in requests. Default: the one that the server lists. */
  readonly model?: string | undefined;
  /** Names that the server may have for the model; the first that it lists is taken if none is given. */
  readonly likelyModels?: readonly string[] | undefined;
  /** Default: a placeholder, for servers that need none. */
  readonly key?: string | undefined;
  /** Whether to name the kind of text in requests, for a server that adds prompts. Default false. */
  readonly nameKinds?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly times?: Partial<EndpointTimes>;
}

export interface ServedVectors {
  /** As they were sent, in the order of the texts; NaN stands for what is no number. */
  readonly vectors: Float32Array[];
  /** Tokens of all texts together, as the server counted them; absent if it does not say. */
  readonly tokens?: number | undefined;
}

/** A server of an embedding model that Hone does not run. */
export interface EmbeddingServer {
  readonly api: ServerApi;
  /** What it says that it is: `Text Embeddings Inference 1.8.2`. */
  readonly software: string;
  /** Address of the API, without a password. */
  readonly address: string;
  /** Name of the model in requests; empty for a server of a single model. */
  readonly model: string;
  /** What it says about the model: `dtype float16`. */
  readonly says: readonly string[];
  /**
   * Requests vectors, in several requests if there are many texts.
   * @throws Fault as `Provider.chat`; RequestRefused if a single text is refused.
   */
  embed(texts: readonly string[], options?: Pick<EmbedOptions, 'as' | 'onProgress'>): Promise<ServedVectors>;
}

/**
 * Finds out which API a server has and what it serves.
 * @throws Fault `input` if the address is no URL, or the server has several models and none is named.
 */
export async function openEmbeddingServer(options: EmbeddingServerOptions): Promise<EmbeddingServer> {
  const { key = 'none', signal, nameKinds = false, times } = options;
  const { base, api: byPath } = splitAddress(options.url);
  const found = await identify(base, options.api ?? byPath, key, signal);
  const { api, root } = found;
  const profile = Profile.parse({ apiKey: key, baseURL: root });
  const endpoint = new Endpoint('', profile, times, { words: wordsFor(root, api) });
  const model = options.model ?? chooseModel(found.models, options.likelyModels ?? [], endpoint.host);
  const request = (texts: readonly string[], as: EmbedOptions['as']) =>
    endpoint.request(model ?? '', 0, CALLS[api](model ?? '', texts, nameKinds ? as : undefined), signal);
  const parts = new RequestParts({
    maxTexts: MAX_TEXTS,
    maxTokens: MAX_CHARACTERS,
    countTokens: (text) => text.length,
  });
  return {
    api,
    software: found.software,
    address: root,
    model: model ?? '',
    says: found.says,
    async embed(texts, { as, onProgress } = {}) {
      const vectors: Float32Array[] = [];
      let tokens: number | undefined = 0;
      await parts.each(texts, async (part) => {
        const served = await request(part, as);
        vectors.push(...served.vectors);
        tokens = served.tokens === undefined || tokens === undefined ? undefined : tokens + served.tokens;
        onProgress?.(vectors.length);
      });
      return { vectors, tokens };
    },
  };
}

/** Splits the path of an API from an address. @throws Fault `input` */
function splitAddress(url: string): { base: string; api?: ServerApi } {
  const address = /^https?:\/\//i.test(url) ? url : `http://${url}`;
  if (!URL.canParse(address) || /^\w+:\/\//.test(url) !== (address === url))
    throw new Fault(
      'input',
      `${url} is not the address of a server.`,
      'Give it as http://127.0.0.1:8080 or https://host/v1.',
    );
  const parsed = new URL(address);
  const path = parsed.pathname.replace(/\/+$/, '');
  const at = (end: string) => `${parsed.origin}${path.slice(0, path.length - end.length)}`;
  if (/\/api\/embed(dings)?$/.test(path)) return { base: at(path.slice(path.lastIndexOf('/api/'))), api: 'ollama' };
  if (path.endsWith('/embeddings')) return { base: at('/embeddings'), api: 'openai' };
  if (path.endsWith('/embed')) return { base: at('/embed'), api: 'tei' };
  if (/\/v\d+\w*$/.test(path)) return { base: at(''), api: 'openai' };
  return { base: at('') };
}

interface Identity {
  readonly api: ServerApi;
  /** Address below which the API is. */
  readonly root: string;
  readonly software: string;
  readonly says: readonly string[];
  /** Names of its models; undefined if it serves one, or does not say. */
  readonly models?: readonly string[] | undefined;
}

const Info = z.looseObject({
  model_id: z.string(),
  version: z.string().optional(),
  model_dtype: z.string().optional(),
  max_input_length: z.number().optional(),
  model_type: z.looseObject({ embedding: z.looseObject({ pooling: z.string() }).optional() }).optional(),
});
const Version = z.looseObject({ version: z.string() });
const Models = z.looseObject({
  data: z.array(z.looseObject({ id: z.string(), owned_by: z.string().nullish(), max_model_len: z.number().nullish() })),
});
const Tags = z.looseObject({ models: z.array(z.looseObject({ name: z.string() })) });

/** Asks the server for what it is, as far as the address does not say. Whatever goes wrong, the first request names. */
async function identify(
  base: string,
  api: ServerApi | undefined,
  key: string,
  signal: AbortSignal | undefined,
): Promise<Identity> {
  const client = openClient({ apiKey: key, baseURL: base }, PROBE_MS);
  const ask = async <T>(path: string, shape: z.ZodType<T>): Promise<T | undefined> => {
    try {
      return shape.safeParse(await client.get<unknown>(path, { ...(signal && { signal }) })).data;
    } catch {
      signal?.throwIfAborted();
      return undefined;
    }
  };
  if (api === undefined || api === 'tei') {
    const info = await ask('/info', Info);
    if (info || api) return { api: 'tei', root: base, ...describeTei(info) };
  }
  if (api === undefined || api === 'ollama') {
    const version = await ask('/api/version', Version);
    if (version || api) {
      const tags = await ask('/api/tags', Tags);
      const software = `Ollama${version ? ` ${version.version}` : ''}`;
      return { api: 'ollama', root: base, software, says: [], models: tags?.models.map(({ name }) => name) };
    }
  }
  const root = api === undefined ? `${base}/v1` : base;
  const models = await ask(api === undefined ? '/v1/models' : '/models', Models);
  const [first] = models?.data ?? [];
  const isVllm = first?.owned_by === 'vllm';
  return {
    api: 'openai',
    root,
    software: isVllm ? 'vLLM' : 'OpenAI’s API',
    says: isVllm && first?.max_model_len ? [`max_model_len ${first.max_model_len}`] : [],
    models: models?.data.map(({ id }) => id),
  };
}

function describeTei(info: z.infer<typeof Info> | undefined): Pick<Identity, 'software' | 'says'> {
  const facts = {
    model: info?.model_id,
    dtype: info?.model_dtype,
    pooling: info?.model_type?.embedding?.pooling,
    max_input_length: info?.max_input_length,
  };
  return {
    software: `Text Embeddings Inference${info?.version ? ` ${info.version}` : ''}`,
    says: Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`])),
  };
}

/** @throws Fault `input` if there are several, and none is likely. */
function chooseModel(
  models: readonly string[] | undefined,
  likely: readonly string[],
  host: string,
): string | undefined {
  const expected = likely.find((name) => models?.includes(name));
  if (models === undefined || models.length <= 1 || expected !== undefined) return expected ?? models?.[0];
  const shown = models.slice(0, 10).join(', ');
  throw new Fault(
    'input',
    `${host} serves several models: ${shown}${models.length > 10 ? ', …' : ''}.`,
    'Name one of them with --request-model.',
  );
}

const OllamaAnswer = z.looseObject({ embeddings: z.array(z.unknown()), prompt_eval_count: z.number().optional() });

/** Requests by API. Nothing is asked for beyond what the server's other clients get by default. */
const CALLS: Record<
  ServerApi,
  (model: string, texts: readonly string[], as: EmbedOptions['as']) => Call<ServedVectors>
> = {
  openai: (model, texts, as) => {
    // Without encoding_format some servers send base64; a few refuse the field.
    let format: object = { encoding_format: 'float' };
    return {
      operation: 'embeddings',
      send: post('/embeddings', () => ({ model, input: texts, ...format, ...(as && { input_type: as }) })),
      read: (json) => answered(readVectors(json, texts.length), readUsage(json).promptTokens || undefined),
      onRefusal: ({ text }) => {
        if (!('encoding_format' in format) || !/encoding_format/.test(text)) return false;
        format = {};
        return true;
      },
    };
  },
  tei: (_model, texts, as) => ({
    operation: 'embeddings',
    send: post('/embed', () => ({
      inputs: texts,
      ...(as && { prompt_name: as === 'query' ? 'query' : 'document' }),
    })),
    read: (json) => answered(listed(json, texts.length)),
  }),
  ollama: (model, texts) => ({
    operation: 'embeddings',
    send: post('/api/embed', () => ({ model, input: texts })),
    read: (json) => {
      const { embeddings, prompt_eval_count } = OllamaAnswer.safeParse(json).data ?? {};
      return answered(listed(embeddings, texts.length), prompt_eval_count || undefined);
    },
  }),
};

function post(path: string, body: () => object) {
  return (client: OpenAI, options: { signal: AbortSignal }) =>
    client.post<Response>(path, { body: body(), ...options }).asResponse();
}

function answered(vectors: Float32Array[], tokens?: number): { value: ServedVectors; tokens: number } {
  return { value: { vectors, tokens }, tokens: tokens ?? 0 };
}

/** @throws SyntaxError */
function listed(vectors: unknown, count: number): Float32Array[] {
  if (!Array.isArray(vectors) || vectors.length !== count)
    throw new SyntaxError('answered with something else than one vector a text');
  return vectors.map(readVector);
}

const PATHS: Record<ServerApi, string> = { openai: '/embeddings', tei: '/embed', ollama: '/api/embed' };
const NAMES: Record<ServerApi, string> = {
  openai: 'OpenAI’s API',
  tei: 'Text Embeddings Inference',
  ollama: 'Ollama',
};

function wordsFor(root: string, api: ServerApi): EndpointWords {
  const { host } = new URL(root);
  const path = PATHS[api];
  return {
    subject: `The server ${host}`,
    server: host,
    account: `The account at ${host}`,
    adviseModel: 'Give --request-model the name that the server has for the model.',
    adviseWaiting: 'Check that the server is up and the address right, and run the command again.',
    adviseKey: () => 'Set OPENAI_API_KEY, or the variable that --key-from names, to a key that the server takes.',
    adviseAddress: (baseURL) =>
      `Requests went to ${new URL(baseURL).pathname.replace(/\/+$/, '')}${path}, where ${NAMES[api]} answers. Check the path of the address, or name another API with --api (${SERVER_APIS.join(', ')}).`,
  };
}
