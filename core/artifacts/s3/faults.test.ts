import { afterEach, expect, it, vi } from 'vitest';
import { asFault } from './faults.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const named = (name: string, message: string, rest = {}) => Object.assign(new Error(message), { name, ...rest });
const NONE = 'Could not load credentials from any providers';

it.each([
  ['answers 503', named('CredentialsProviderError', 'Server responded with status: 503')],
  ['is overloaded', named('CredentialsProviderError', 'Error response', { statusCode: 429 })],
  ['is not reached', named('TokenProviderError', 'connect ECONNREFUSED 169.254.170.2:80')],
])('waits for a credential service that %s', (_, error) => {
  expect(asFault(error, 'acme')).toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining(error.message),
  });
});

it('waits for credentials if a service of the cloud is set up to give them, and asks for them if none is', () => {
  expect(asFault(named('CredentialsProviderError', NONE), 'acme')).toMatchObject({ kind: 'credentials' });
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', 'http://169.254.170.23/v1/credentials');
  expect(asFault(named('CredentialsProviderError', NONE), 'acme')).toMatchObject({ kind: 'unavailable' });
});

it('does not wait for a bucket that refuses the worker', () => {
  const refused = named('AccessDenied', 'no', { $metadata: { httpStatusCode: 403 } });
  expect(asFault(refused, 'acme')).toMatchObject({ kind: 'credentials' });
});
