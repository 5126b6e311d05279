import { afterEach } from 'vitest';
import { type ProviderOptions, type RunningProvider, startProvider } from '../../tests/provider/start-provider.ts';
import type { ChatRequest } from '../contracts/chat.ts';
import { Fault } from '../contracts/fault.ts';
import { Profile } from '../contracts/profile.ts';
import { openProvider } from './open-provider.ts';

export const KEY = 'sk-very-secret-key-0123456789abcdef';
export const ASK: ChatRequest = {
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Pumps lift water to the upper tank.' }],
};
export const QUICK = { firstBackoffMs: 2, patienceMs: 500, graceMs: 500 };

const running: RunningProvider[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

/**
 * Starts a provider, which ends with the test, and opens it.
 * @param profile what the profile names beside key and address.
 */
export async function serve(options: ProviderOptions = {}, profile: Record<string, unknown> = {}, times = {}) {
  const server = await startProvider(options);
  running.push(server);
  const filled = Profile.parse({ apiKey: KEY, baseURL: server.url, ...profile });
  return { ...server, provider: openProvider('default', filled, { ...QUICK, ...times }) };
}

/** The Fault that the work ends with. @throws any other error, or one that says that there was none. */
export async function faultOf(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('it should have failed');
}
