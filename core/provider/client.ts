import OpenAI from 'openai';
import type { Profile } from '../contracts/profile.ts';

/**
 * The SDK's client for a profile. Every option is given, so that no environment variable sends one profile's key to
 * another's endpoint; it neither retries nor logs.
 */
export function openClient(
  { apiKey, baseURL, apiVersion, headers }: Pick<Profile, 'apiKey' | 'baseURL' | 'apiVersion' | 'headers'>,
  timeoutMs: number,
): OpenAI {
  return new OpenAI({
    apiKey,
    baseURL: baseURL ?? null,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: 'off',
    // Azure takes keys in a header of its own; as a bearer it expects a token of Entra.
    defaultHeaders: { ...(apiVersion && { authorization: null, 'api-key': apiKey }), ...headers },
    defaultQuery: apiVersion ? { 'api-version': apiVersion } : {},
  });
}
