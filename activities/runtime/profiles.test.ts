import { expect, it } from 'vitest';
import { openProfile } from './profiles.ts';

it('opens the endpoint of the profile with this name', () => {
  const profiles = { house: { baseURL: 'http://127.0.0.1:9/v1', apiKey: 'sk', concurrency: 1, prices: {} } };
  expect(openProfile({ profiles }, 'house').name).toBe('house');
});

it('names the environment variable to set if a profile has no key', () => {
  expect(() => openProfile({ profiles: {}, keyless: { house: 'HOUSE_KEY' } }, 'house')).toThrow(
    'The profile "house" of this worker has no key: HOUSE_KEY is not set.',
  );
});

it.each(['default', 'house', '__proto__', 'constructor'])(
  'refuses a profile that the worker does not have: %s',
  (name) => {
    expect(() => openProfile({ profiles: {} }, name)).toThrow(`This worker has no profile called "${name}".`);
  },
);
