import { Hono } from 'hono';
import { expect, it } from 'vitest';
import type { Env } from './context.ts';
import { inLanguage } from './language.ts';

const app = new Hono<Env>();
app.use(inLanguage((english) => `中:${english}`));
const stage = { name: 'train', summary: 'as good as base', finished: ['one', 'two'], progress: { note: 'loss 1' } };
app.get('/', (c) => c.json({ title: 'base', stages: [stage] }));
app.get('/wrong', () => {
  const headers = { 'content-type': 'application/problem+json' };
  return new Response(JSON.stringify({ title: 'No.', errors: ['a: b'], status: 404 }), { status: 404, headers });
});
app.get('/text', (c) => c.text('summary'));
const ask = (path: string, language: string) => app.request(path, { headers: { 'accept-language': language } });

it('answers who prefers Chinese in Chinese, but for names and titles that people gave', async () => {
  const answer = await ask('/', 'zh-CN');
  expect(await answer.json()).toEqual({
    title: 'base',
    stages: [
      {
        name: 'train',
        summary: '中:as good as base',
        finished: ['中:one', '中:two'],
        progress: { note: '中:loss 1' },
      },
    ],
  });
  expect(answer.headers.get('content-language')).toBe('zh-CN');
  const wrong = await ask('/wrong', 'zh');
  expect(wrong.status).toBe(404);
  expect(await wrong.json()).toEqual({ title: '中:No.', errors: ['中:a: b'], status: 404 });
});

it('answers everybody else as it is', async () => {
  expect(await (await ask('/', 'en')).json()).toMatchObject({ stages: [stage] });
  expect(await (await app.request('/')).json()).toMatchObject({ stages: [stage] });
  expect(await (await ask('/text', 'zh')).text()).toBe('summary');
});
