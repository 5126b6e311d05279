import { expect, it } from 'vitest';
import { Profile } from '../../core/contracts/profile.ts';
import { endpointOf, ledgerEndpoint, openProfile } from './profiles.ts';

const observed = { measure: () => {}, recordSpan: () => {} };

it('opens the endpoint of the profile with this name', () => {
  const profiles = { house: { baseURL: 'http://127.0.0.1:9/v1', apiKey: 'sk', concurrency: 1, prices: {} } };
  expect(openProfile({ profiles, ...observed }, 'house').name).toBe('house');
});

it('names the environment variable to set if a profile has no key', () => {
  expect(() => openProfile({ profiles: {}, ...observed, keyless: { house: 'HOUSE_KEY' } }, 'house')).toThrow(
    'The profile "house" of this worker has no key: HOUSE_KEY is not set.',
  );
});

it.each(['default', 'house', '__proto__', 'constructor'])(
  'refuses a profile that the worker does not have: %s',
  (name) => {
    expect(() => openProfile({ profiles: {}, ...observed }, name)).toThrow(
      `This worker has no profile called "${name}".`,
    );
  },
);

it('tells endpoints apart by address and added fields, and not by key, limits or another name of the same address', () => {
  const profile = (change: object) => Profile.parse({ apiKey: 'sk', baseURL: 'http://house:8000/v1', ...change });
  const nameOf = (change: object) => ledgerEndpoint({ profiles: { one: profile(change) } }, 'one');
  const house = nameOf({});
  for (const same of [
    { apiKey: 'sk-2' },
    { concurrency: 1 },
    { baseURL: 'http://user:password@house:8000/v1/' },
    { baseURL: 'http://house-2:8000/v1', sameAs: 'http://house:8000/v1' },
  ]) {
    expect(nameOf(same)).toBe(house);
  }
  for (const other of [{ baseURL: 'http://house:9000/v1' }, { baseURL: undefined }, { extraBody: { seed: 1 } }]) {
    expect(nameOf(other)).not.toBe(house);
  }
  expect(ledgerEndpoint({ profiles: {} }, 'one')).toBeUndefined();
  const moved = { one: profile({ baseURL: 'http://house-2:8000/v1', sameAs: 'http://house:8000/v1' }) };
  expect(endpointOf({ profiles: moved }, 'one')).toBe('http://house:8000/v1');
});
