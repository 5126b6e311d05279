import { expect, it } from 'vitest';
import { ownIdentity, type Poller, parseIdentity } from '../../workers/one-store.ts';
import { agreement } from './codec.ts';

const old = { id: 'old', fingerprint: '11111111' };
const next = { id: 'next', fingerprint: '22222222' };
const worker = (...keys: { fingerprint: string }[]): Poller => ({
  identity: ownIdentity(
    'store',
    's3://acme/hone',
    keys.map(({ fingerprint }) => fingerprint),
  ),
  polledAt: 1,
});

it('says that the codec is off, or on with which keys', () => {
  expect(agreement([], [])).toMatchObject({ status: 'ok', found: expect.stringContaining('off') });
  expect(agreement([next, old], [worker(old, next)])).toMatchObject({
    status: 'ok',
    found: expect.stringMatching(/next \(22222222\), old/),
  });
});

it('fails if the client writes what a worker cannot read, or the other way round', () => {
  for (const workers of [[worker()], [worker(old)], [worker(next), worker()]])
    expect(agreement([next, old], workers)).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('next (22222222)'),
    });
  expect(agreement([], [worker(next)])).toMatchObject({ status: 'fail', found: expect.stringContaining('22222222') });
  expect(agreement([old], [worker(next, old)])).toMatchObject({
    status: 'fail',
    found: expect.stringContaining('22222222'),
  });
});

it('takes a worker of an earlier version for one without a codec', () => {
  const identity = parseIdentity('123@host in 1a2b3c4d since 1764340000000 store 0f1e s3://acme/hone');
  expect(identity?.keys).toEqual([]);
});
