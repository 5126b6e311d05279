import { z } from 'zod';

/** RFC 9110, section 5.6.2. */
export const HeaderName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'not the name of a header');

/** Fields of a chat request that are Hone's own. */
const OWN_FIELDS = ['model', 'messages', 'stream', 'n'];

/**
 * An OpenAI-compatible endpoint as a worker knows it. Invariant: a profile is part of the worker's configuration and
 * never enters a run input, a workflow's history, a log or an artifact. A run only names a profile.
 */
export const Profile = z.strictObject({
  /** Default: the OpenAI SDK's own, `https://api.openai.com/v1`. */
  baseURL: z.url().optional(),
  /**
   * Address of an endpoint that serves the same models: answers and evaluations are shared with it. For an endpoint
   * that has moved, or has several addresses. Default: `baseURL`.
   */
  sameAs: z.url().optional(),
  apiKey: z.string().min(1),
  /** Value of `api-version` in every address, as Azure wants it; the key is then sent as Azure wants it too. */
  apiVersion: z.string().min(1).optional(),
  /** Headers added to every request. Their values may be secrets, and are treated as the key is. */
  headers: z.record(HeaderName, z.string()).optional(),
  /** Fields added to every chat request: `{ enable_thinking: false }`. */
  extraBody: z
    .record(z.string(), z.json())
    .refine((body) => !OWN_FIELDS.some((field) => Object.hasOwn(body, field)), {
      message: `${OWN_FIELDS.join(', ')} are set by Hone`,
    })
    .optional(),
  /** Tokens of an answer at most, thoughts included; default: the endpoint's own. */
  maxTokens: z.number().int().min(1).optional(),
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
