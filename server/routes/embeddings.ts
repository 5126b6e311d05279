import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { Fault } from '../../core/contracts/fault.ts';
import type { EmbedOptions } from '../../core/contracts/model.ts';
import { needs } from '../access/needs.ts';
import { body, json } from '../answers.ts';
import type { Env, Services } from '../context.ts';
import { ENCODING_FORMATS, encode, shorten } from '../embeddings/vectors.ts';
import { HttpFault } from '../http-fault.ts';

const TAGS = ['embeddings'];

/** What a text is, in the words of the services that have such a field -> the prompt of the model. */
const INPUT_TYPES: Readonly<Record<string, EmbedOptions['as']>> = {
  query: 'query',
  search_query: 'query',
  passage: 'passage',
  document: 'passage',
  search_document: 'passage',
};

/** Errors as OpenAI's clients read them. */
const Failure = z
  .object({ error: z.object({ message: z.string(), type: z.string(), code: z.string().nullable() }) })
  .openapi('OpenAIError');
const FAILURES = { '4XX': json(Failure, 'error'), '5XX': json(Failure, 'error') } as const;

const Texts = z.union([z.string(), z.array(z.string()).min(1)]);
const Asked = z
  .object({
    model: z.string().min(1).openapi({ description: 'published name, or name@version', example: 'handbook' }),
    input: Texts.openapi({ description: 'one text, or several; longer ones are cut to what the model reads' }),
    input_type: z
      .enum(Object.keys(INPUT_TYPES) as [string, ...string[]])
      .optional()
      .openapi({ description: 'which prompt of the model is put before the texts; default: none' }),
    dimensions: z.number().int().min(1).optional().openapi({ description: 'default: all of the model' }),
    encoding_format: z.enum(ENCODING_FORMATS).default('float'),
    user: z.string().optional(),
  })
  .openapi('EmbeddingsRequest');

const Embeddings = z
  .object({
    object: z.literal('list'),
    data: z.array(
      z.object({
        object: z.literal('embedding'),
        index: z.number().int(),
        embedding: z.union([z.array(z.number()), z.string()]),
      }),
    ),
    model: z.string().openapi({ description: 'name and version', example: 'handbook@3' }),
    usage: z.object({ prompt_tokens: z.number().int(), total_tokens: z.number().int() }),
  })
  .openapi('Embeddings');

const embeddings = createRoute({
  method: 'post',
  path: '/embeddings',
  tags: TAGS,
  summary: 'Embed texts with a published model, as OpenAI’s API does',
  ...needs('embed'),
  request: { body: body(Asked) },
  responses: { 200: json(Embeddings), ...FAILURES },
});

const Models = z.object({
  object: z.literal('list'),
  data: z.array(
    z.object({
      id: z.string(),
      object: z.literal('model'),
      created: z.number().int(),
      owned_by: z.literal('hone'),
      version: z.number().int(),
    }),
  ),
});

const list = createRoute({
  method: 'get',
  path: '/models',
  tags: TAGS,
  summary: 'The published names',
  ...needs('embed'),
  responses: { 200: json(Models), ...FAILURES },
});

/** `/v1`, as OpenAI's clients expect it. */
export function addEmbeddings(app: OpenAPIHono<Env>, { maxTexts }: Services): void {
  app.openapi(embeddings, async (c) => {
    const { model, input, input_type, dimensions, encoding_format } = c.req.valid('json');
    const texts = typeof input === 'string' ? [input] : input;
    if (texts.length > maxTexts) throw tooMany(texts.length, maxTexts);
    const embedded = await c
      .get('tenant')
      .models.embed(model, texts, input_type === undefined ? undefined : INPUT_TYPES[input_type]);
    const { dimension, version, tokens } = embedded;
    if (dimensions !== undefined && dimensions > dimension) throw tooLong(dimensions, dimension);
    const data = embedded.embeddings.map((embedding, index) => ({
      object: 'embedding' as const,
      index,
      embedding: encode(shorten(embedding, dimensions ?? dimension), encoding_format),
    }));
    const name = model.replace(/@\d+$/, '');
    const usage = { prompt_tokens: tokens, total_tokens: tokens };
    return c.json({ object: 'list' as const, data, model: `${name}@${version}`, usage }, 200);
  });
  app.openapi(list, async (c) => {
    const data = (await c.get('tenant').models.list()).map(({ name, version, promotedAt }) => ({
      id: name,
      object: 'model' as const,
      created: Math.floor(Date.parse(promotedAt ?? '1970-01-01') / 1000),
      owned_by: 'hone' as const,
      version,
    }));
    return c.json({ object: 'list' as const, data }, 200);
  });
}

function tooMany(texts: number, most: number): Fault {
  return new Fault('input', `input has ${texts} texts.`, `Send at most ${most} in a request.`);
}

function tooLong(dimensions: number, dimension: number): HttpFault {
  const fault = new Fault('input', `dimensions is ${dimensions}; the model has ${dimension}.`, 'Ask for fewer.');
  return new HttpFault(400, fault);
}
