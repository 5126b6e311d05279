import { expect, it } from 'vitest';
import type { WorkerContext } from './context.ts';
import { openProfile } from './profiles.ts';

const worker = (profiles: WorkerContext['profiles']) => ({ profiles }) as WorkerContext;

it('opens the endpoint that the worker knows by that name', () => {
  const profiles = { house: { baseURL: 'http://127.0.0.1:9/v1', apiKey: 'sk', concurrency: 1, prices: {} } };
  expect(openProfile(worker(profiles), 'house').name).toBe('house');
});

it('says which variable to set where a profile lacks its key', () => {
  const keyless = { house: 'HOUSE_KEY' };
  expect(() => openProfile({ profiles: {}, keyless } as unknown as WorkerContext, 'house')).toThrow(
    'The profile "house" of this worker has no key: HOUSE_KEY is not set.',
  );
});

it.each(['default', 'house', '__proto__', 'constructor'])(
  'says what to set where the worker has no profile %s',
  (name) => {
    expect(() => openProfile(worker({}), name)).toThrow(`This worker has no profile called "${name}".`);
  },
);
