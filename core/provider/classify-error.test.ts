import { expect, it } from 'vitest';
import { RequestRefused } from '../contracts/provider.ts';
import { classifyStatus, type RequestTarget } from './classify-error.ts';

const target: RequestTarget = {
  profile: 'default',
  host: 'api.example.com',
  baseURL: 'https://api.example.com/v1',
  model: 'small',
  redact: (text) => text,
};
const classify = (status: number, body: unknown) => classifyStatus(status, new Headers(), body, target);
const thrown = (status: number, body: unknown): unknown => {
  try {
    return classify(status, body);
  } catch (error) {
    return error;
  }
};

it.each([
  ['OpenAI', 429, { code: 'insufficient_quota', message: 'You exceeded your current quota, please check your plan.' }],
  [
    'OpenAI, inactive',
    429,
    { code: 'billing_not_active', message: 'Your account is not active, please check billing.' },
  ],
  [
    'an endpoint that gives only the sentence',
    429,
    'You exceeded your current quota, please check your plan and billing',
  ],
  ['Alibaba', 400, { code: 'Arrearage', message: 'Access denied, please make sure your account is in good standing.' }],
  ['Moonshot', 429, { type: 'exceeded_current_quota_error', message: 'Your account balance is used up' }],
  ['Zhipu', 429, { code: '1113', message: '您的账户已欠费，请充值后重试。' }],
  ['a vendor who says so in Chinese', 403, { code: 'Forbidden', message: '账户余额不足' }],
])('ends the run when the account has no credit: %s', (_, status, body) => {
  expect(thrown(status, body)).toMatchObject({
    kind: 'credentials',
    message: expect.stringContaining('no credit left'),
  });
});

it.each([
  [
    'a throttled request',
    429,
    { code: 'rate_limit_exceeded', message: 'Rate limit reached for small: 3 requests per min.' },
  ],
  ['a used-up day', 429, { code: 'RESOURCE_EXHAUSTED', message: 'Quota exceeded for requests per day.' }],
])('waits after %s', (_, status, body) => {
  expect(classify(status, body)).toMatchObject({ rateLimited: true });
});

it('sets a text aside that is larger than a minute’s tokens, which no waiting makes smaller', () => {
  const message =
    'Request too large for small in organization o on tokens per min (TPM): Limit 30000, Requested 40210. The input or output tokens must be reduced in order to run successfully.';
  const error = thrown(429, { code: 'rate_limit_exceeded', message });
  expect(error).toBeInstanceOf(RequestRefused);
  expect(error).toMatchObject({ message: expect.stringContaining('larger than the tokens a minute') });
});

it.each([
  ['moderation', 403, { code: 403, message: 'Your chosen model requires moderation and your input was flagged' }],
  ['a filter in Chinese', 400, { code: '1301', message: '系统检测到输入或生成内容可能包含敏感内容' }],
  ['a policy', 403, { code: 'content_policy_violation', message: 'The text violates the policy.' }],
])('sets a text aside that the endpoint refuses to answer: %s', (_, status, body) => {
  expect(thrown(status, body)).toBeInstanceOf(RequestRefused);
});

it.each([
  ['a wrong key', 401, { code: 'invalid_api_key', message: 'Incorrect API key provided' }],
  ['a key without the right', 403, { message: 'You do not have access to this model' }],
  ['an account that was flagged', 403, { message: 'Your account was flagged for a policy violation' }],
])('ends the run for %s', (_, status, body) => {
  expect(thrown(status, body)).toMatchObject({
    kind: 'credentials',
    message: expect.stringContaining('refused the key'),
  });
});
