import { describe, expect, test } from 'vitest';
import type { Injected } from '../../tests/provider/injected.ts';
import type { Incoming } from '../../tests/provider/start-provider.ts';
import type { ChatRequest } from '../contracts/chat.ts';
import { Profile } from '../contracts/profile.ts';
import { openProvider } from './open-provider.ts';
import { ASK, faultOf, KEY, QUICK, serve } from './serve.fixture.ts';

const WITH_SCHEMA: ChatRequest = { ...ASK, schema: { name: 'questions', schema: { type: 'object' } } };
/** Injects this into requests whose body has one of the fields, and collects all bodies. */
function refuses(fields: readonly string[], injected: Injected) {
  const bodies: Incoming['body'][] = [];
  const inject = ({ body }: Incoming) => {
    bodies.push(body);
    return fields.some((field) => field in body) ? injected : undefined;
  };
  return { bodies, inject };
}

const status = (status: number, body: unknown): Injected => ({ do: 'status', status, body });

describe('an endpoint that does not take a schema is asked without one, and asked with one only once', () => {
  test.each<[string, Injected]>([
    ['OpenAI', status(400, { error: { message: "Invalid parameter: 'response_format'", param: 'response_format' } })],
    ['FastAPI', status(422, { detail: [{ type: 'extra_forbidden', loc: ['body', 'response_format'], msg: 'Extra' }] })],
    ['plain text', status(400, 'response_format is not supported by this backend')],
    ['a 500 in plain text', status(500, 'ValueError: json_schema: unsupported keyword')],
    ['a 500 in JSON', status(500, { error: { message: 'failed to parse grammar' } })],
    ['a 501', status(501, { error: 'structured output is not implemented' })],
    ['a router without such a provider', status(404, { error: { message: 'No endpoints support response_format' } })],
    ['Groq', status(400, { error: { message: 'This model does not support response format `json_schema`' } })],
    ['an error within a 200', { do: 'garbage', text: '{"error":{"message":"response_format: no","code":400}}' }],
    ['a 400 that says nothing', status(400, {})],
    ['a 422 that says nothing', status(422, 'Unprocessable Entity')],
  ])('%s', async (_endpoint, injected) => {
    const { bodies, inject } = refuses(['response_format'], injected);
    const { provider } = await serve({ inject });
    await Promise.all([1, 2, 3, 4].map(() => provider.chat(WITH_SCHEMA)));
    const outcome = await provider.attempt(WITH_SCHEMA, { admit: async () => true });
    expect(outcome).toHaveProperty('reply');
    expect(bodies.map((body) => 'response_format' in body)).toEqual([true, false, false, false, false, false]);
  });

  test('a 500 that says nothing: the next request goes without, and it stays so if that is answered', async () => {
    const { bodies, inject } = refuses(['response_format'], status(500, 'Internal Server Error'));
    const { provider } = await serve({ inject });
    const admit = async () => true;
    expect(await provider.attempt(WITH_SCHEMA, { admit })).toMatchObject({ failure: { what: 'answered 500' } });
    for (let i = 0; i < 3; i++) expect(await provider.attempt(WITH_SCHEMA, { admit })).toHaveProperty('reply');
    expect(bodies.map((body) => 'response_format' in body)).toEqual([true, false, false, false]);
  });

  test('an outage is no reason: what comes after it is asked for with the schema again', async () => {
    const seen: boolean[] = [];
    const { provider } = await serve({
      inject: ({ index, structured }) => {
        seen.push(structured);
        return index < 2 ? status(500, 'Internal Server Error') : undefined;
      },
    });
    for (let i = 0; i < 4; i++) await provider.attempt(WITH_SCHEMA, { admit: async () => true });
    expect(seen).toEqual([true, false, true, true]);
  });

  test('a schema that was taken once is kept through refusals and errors of single requests', async () => {
    const seen: boolean[] = [];
    const { provider } = await serve({
      inject: ({ index, structured }) => {
        seen.push(structured);
        if (index === 1) return status(500, 'grammar worker timed out');
        return index === 3 ? status(400, 'no') : undefined;
      },
    });
    await provider.chat(WITH_SCHEMA);
    await provider.chat(WITH_SCHEMA);
    await faultOf(provider.chat(WITH_SCHEMA));
    await provider.chat(WITH_SCHEMA);
    expect(seen).toEqual([true, true, true, true, true]);
  });

  test('another model of the same endpoint is asked by itself', async () => {
    const seen: [string, boolean][] = [];
    const { provider } = await serve({
      inject: ({ model, structured }) => {
        seen.push([model, structured]);
        return structured && model === 'small' ? status(400, 'response_format') : undefined;
      },
    });
    for (const model of ['small', 'large', 'small']) await provider.chat({ ...WITH_SCHEMA, model });
    expect(seen).toEqual([
      ['small', true],
      ['small', false],
      ['large', true],
      ['small', false],
    ]);
  });
});

describe('fields are sent as the model takes them, decided by one refusal', () => {
  test.each<[string, unknown]>([
    [
      'OpenAI’s reasoning models',
      {
        error: {
          message:
            "Unsupported value: 'temperature' does not support 0.3 with this model. Only the default (1) value is supported.",
        },
      },
    ],
    ['Claude', { error: { message: '`temperature` is deprecated for this model.' } }],
    ['Kimi', { error: { message: 'invalid temperature: only 1 is allowed for this model' } }],
  ])('no temperature: %s', async (_model, body) => {
    const { bodies, inject } = refuses(['temperature'], status(400, body));
    const { provider } = await serve({ inject });
    for (let i = 0; i < 3; i++) await provider.chat({ ...WITH_SCHEMA, temperature: 0.3 });
    expect(bodies.map(({ temperature }) => temperature)).toEqual([0.3, undefined, undefined, undefined]);
    expect(bodies.every((sent) => 'response_format' in sent)).toBe(true);
  });

  test('a temperature out of range is refused, and not left out', async () => {
    const message = 'temperature must be between 0 and 1';
    const { bodies, inject } = refuses(['temperature'], status(400, { error: { message } }));
    const { provider } = await serve({ inject });
    expect(await faultOf(provider.chat({ ...ASK, temperature: 1.5 }))).toMatchObject({
      reason: 'rejected',
      message: expect.stringContaining(message),
    });
    expect(bodies).toHaveLength(1);
  });

  test('max_tokens first, max_completion_tokens where that is wanted', async () => {
    const message =
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
    const { bodies, inject } = refuses(['max_tokens'], status(400, { error: { message } }));
    const { provider } = await serve({ inject }, { maxTokens: 500 });
    for (let i = 0; i < 2; i++) await provider.chat(ASK);
    expect(bodies.map(({ max_tokens, max_completion_tokens }) => [max_tokens, max_completion_tokens])).toEqual([
      [500, undefined],
      [undefined, 500],
      [undefined, 500],
    ]);
  });

  test('a limit in extraBody is renamed in the same way, and left out where neither is taken', async () => {
    const { bodies, inject } = refuses(
      ['max_tokens', 'max_completion_tokens'],
      status(422, { detail: [{ loc: ['body', 'max_tokens'], msg: 'Extra inputs are not permitted' }] }),
    );
    const { provider } = await serve({ inject }, { extraBody: { max_completion_tokens: 300 } });
    await provider.chat(ASK);
    expect(bodies.map((body) => [body.max_tokens, body.max_completion_tokens])).toEqual([
      [300, undefined],
      [undefined, 300],
      [undefined, undefined],
    ]);
  });

  test('temperature, limit and schema refused one after the other', async () => {
    const bodies: Incoming['body'][] = [];
    const { provider } = await serve(
      {
        inject: ({ body }) => {
          bodies.push(body);
          const field = ['temperature', 'max_tokens', 'response_format'].find((name) => name in body);
          return field === undefined ? field : status(400, `Unsupported parameter: ${field}`);
        },
      },
      { maxTokens: 100 },
    );
    await provider.chat({ ...WITH_SCHEMA, temperature: 0 });
    await provider.chat({ ...WITH_SCHEMA, temperature: 0 });
    expect(bodies).toHaveLength(5);
    expect(bodies.at(-1)).toEqual({ ...ASK, max_completion_tokens: 100 });
  });
});

describe('a profile adds to requests', () => {
  test('fields and headers, and Azure’s version and key', async () => {
    const seen: Incoming[] = [];
    const { provider } = await serve(
      { inject: (request) => void seen.push(request) },
      {
        apiVersion: '2025-04-01-preview',
        headers: { 'X-Team': 'search', 'CF-Access-Client-Secret': 'a-secret-of-cloudflare' },
        extraBody: { enable_thinking: false, chat_template_kwargs: { thinking: false }, temperature: 0.1 },
      },
    );
    await provider.chat({ ...ASK, temperature: 0.9 });
    await provider.embedder('text-embedding-3-small');
    expect(seen[0]?.body).toMatchObject({
      enable_thinking: false,
      chat_template_kwargs: { thinking: false },
      temperature: 0.1,
    });
    expect(seen[1]?.body).not.toHaveProperty('enable_thinking');
    for (const { headers, query } of seen) {
      expect(headers).toMatchObject({
        'x-team': 'search',
        'cf-access-client-secret': 'a-secret-of-cloudflare',
        'api-key': KEY,
      });
      expect(headers).not.toHaveProperty('authorization');
      expect(query.get('api-version')).toBe('2025-04-01-preview');
    }
  });

  test('without them the key is sent as a bearer, and no version', async () => {
    const seen: Incoming[] = [];
    const { provider } = await serve({ inject: (request) => void seen.push(request) });
    await provider.chat(ASK);
    expect(seen[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}` });
    expect(seen[0]?.headers).not.toHaveProperty('api-key');
    expect([...(seen[0]?.query ?? [])]).toEqual([]);
  });

  test('fields that the endpoint does not take end the run with their name', async () => {
    const message = 'Unrecognized request argument supplied: enable_thinking';
    const { provider, stats } = await serve(
      { inject: () => status(400, { error: { message } }) },
      { extraBody: { enable_thinking: false } },
    );
    expect(await faultOf(provider.chat(WITH_SCHEMA))).toMatchObject({
      kind: 'config',
      message: expect.stringContaining('"enable_thinking" in extraBody'),
    });
    expect(stats.requests).toBe(1);
  });

  test('secrets in headers appear in no message and no answer', async () => {
    const secret = 'gateway-secret-0123456789';
    const echo = `you sent Basic ${secret} and ${Buffer.from(secret).toString('base64')}`;
    const headers = { 'Proxy-Authorization': `Basic ${secret}` };
    for (const code of [400, 404, 500]) {
      const { provider } = await serve({ inject: () => status(code, { error: { message: echo } }) }, { headers });
      const fault = await faultOf(provider.chat(ASK));
      expect([fault.message, fault.advice, fault.stack].join()).not.toContain(secret);
    }
    const { provider } = await serve({ inject: () => ({ do: 'say', text: echo }) }, { headers });
    expect(JSON.stringify(await provider.chat(ASK))).not.toContain(secret);
  });

  test.each([{ extraBody: { messages: [] } }, { extraBody: { stream: true } }, { headers: { 'a b': 'c' } }])(
    'but not what is Hone’s own, or no header: %o',
    (profile) => {
      expect(Profile.safeParse({ apiKey: KEY, ...profile }).success).toBe(false);
    },
  );
});

describe('an address at which there is no such API', () => {
  const wrong: [string, Injected, RegExp][] = [
    [
      'a web page',
      { do: 'garbage', text: '<!DOCTYPE html><html><title>Open WebUI</title></html>' },
      /a web page instead of JSON/,
    ],
    ['choices: null', { do: 'garbage', text: '{"id":"x","choices":null}' }, /without any choices/],
    [
      'no choices',
      { do: 'garbage', text: '{"code":0,"msg":"path not found","data":null}' },
      /without any choices.*path not found/,
    ],
    ['text', { do: 'garbage', text: 'Ollama is running' }, /text that is not JSON/],
    ['events', { do: 'garbage', text: 'data: {"choices":[]}\n\ndata: [DONE]\n' }, /stream of events/],
    ['nothing', { do: 'garbage', text: ' ' }, /empty body/],
  ];
  test.each(wrong)('%s ends the run after a few requests, with advice', async (_what, injected, words) => {
    const { provider, stats } = await serve({ inject: () => injected });
    const attempts: unknown[] = [];
    for (let i = 0; i < 3; i++) attempts.push(await provider.attempt(ASK, { admit: async () => true }));
    expect(attempts).toEqual(
      attempts.map(() => ({
        failure: expect.objectContaining({ what: expect.any(String) }),
        headers: expect.anything(),
      })),
    );
    const fault = await faultOf(provider.attempt(ASK, { admit: async () => true }));
    expect(fault).toMatchObject({ kind: 'config', retryable: false, message: expect.stringMatching(words) });
    expect(fault.advice).toContain('base URL');
    expect(stats.requests).toBe(4);
  });

  test.each(wrong)('%s amid answers is an outage', async (_what, injected) => {
    const { provider } = await serve({ inject: ({ index }) => (index > 0 && index < 9 ? injected : undefined) });
    await provider.chat(ASK);
    for (let i = 0; i < 8; i++)
      expect(await provider.attempt(ASK, { admit: async () => true })).toHaveProperty('failure');
    expect(await provider.chat(ASK)).toHaveProperty('body.choices');
  });

  test.each<[string, string, RegExp]>([
    ['without /v1', '', /Add \/v1 to the base URL/],
    ['another path', '/api', /Add \/v1 to the base URL/],
    ['with too much', '/v1/chat/completions', /Remove \/chat\/completions from the end/],
    ['Azure without a version', '/openai/deployments/gpt', /Add apiVersion/],
    ['another version', '/v2', /expected at \/chat\/completions below it/],
  ])('a 404 at a base URL %s says what to change', async (_what, path, advice) => {
    const { url } = await serve();
    const profile = Profile.parse({ apiKey: KEY, baseURL: url.replace(/\/v1$/, path) });
    const fault = await faultOf(openProvider('default', profile, QUICK).chat(ASK));
    expect(fault).toMatchObject({ kind: 'config', retryable: false });
    expect(fault.advice).toMatch(advice);
  });

  test('a 400 that is a page of a proxy is the address’s fault, and not the chunk’s', async () => {
    const page = '<html><body>The plain HTTP request was sent to HTTPS port</body></html>';
    const { provider, stats } = await serve({ inject: () => status(400, page) });
    expect(await faultOf(provider.chat(ASK))).toMatchObject({ kind: 'config' });
    expect(stats.requests).toBe(1);
  });
});

describe('an endpoint that does not state its usage', () => {
  const prices = { 'gpt-4o-mini': { prompt: 1, completion: 2 } };

  test('has its tokens counted, and their cost', async () => {
    const stated = await serve({ exactTokens: true }, { prices });
    const silent = await serve({ usage: false }, { prices });
    const { usage, cost } = await stated.provider.chat(ASK);
    const counted = await silent.provider.chat(ASK);
    expect(counted.usage).toEqual({ ...usage, counted: true });
    expect(counted.cost).toBeCloseTo(cost ?? Number.NaN, 12);
    expect(usage).not.toHaveProperty('counted');
    expect(await silent.provider.attempt(ASK, { admit: async () => true })).toMatchObject({
      reply: { usage: { counted: true } },
    });
  });

  test.each<[string, object, object]>([
    ['only a total', { usage: { total_tokens: 40 } }, { counted: true }],
    ['null', { usage: null }, { counted: true }],
    ['zeros', { usage: { prompt_tokens: 0, completion_tokens: 0 } }, { counted: true }],
    ['only the prompt', { usage: { prompt_tokens: 30, completion_tokens: 0 } }, { counted: true, promptTokens: 30 }],
  ])('also where it states %s', async (_what, usage, expected) => {
    const body = {
      choices: [{ message: { content: 'What lifts the water?', reasoning_content: 'Hm. '.repeat(40) } }],
      ...usage,
    };
    const { provider } = await serve({ inject: () => ({ do: 'garbage', text: JSON.stringify(body) }) }, { prices });
    const reply = await provider.chat(ASK);
    expect(reply.usage).toMatchObject(expected);
    // Thoughts are billed too.
    expect(reply.usage.completionTokens).toBeGreaterThan(80);
    expect(reply.cost).toBeGreaterThan(0);
  });
});
