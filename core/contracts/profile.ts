import { z } from 'zod';

/**
 * An OpenAI-compatible endpoint as a worker knows it. Invariant: a profile is part of the worker's configuration and never
 * enters a run input, a workflow's history, a log or an artifact. A run only names a profile.
 */
export const Profile = z.strictObject({
  /** Default: the OpenAI SDK's own, `https://api.openai.com/v1`. */
  baseURL: z.url().optional(),
  apiKey: z.string().min(1),
  /** Requests a minute that the endpoint allows; absent: learnt from its headers. */
  requestsPerMinute: z.number().positive().optional(),
  /** Tokens a minute that the endpoint allows; absent: learnt from its headers. */
  tokensPerMinute: z.number().positive().optional(),
  /** Requests in flight at once. */
  concurrency: z.number().int().min(1).default(8),
  /** Model -> US dollars per million tokens. */
  prices: z
    .record(z.string(), z.object({ prompt: z.number().min(0), completion: z.number().min(0).default(0) }))
    .default({}),
});
export type Profile = z.infer<typeof Profile>;
