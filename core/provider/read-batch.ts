import { z } from 'zod';
import type { BatchState } from '../contracts/batch-api.ts';

/** OpenAI's batch object, as far as it matters here; other servers leave much of it out, or null. */
const Batch = z.looseObject({
  id: z.string(),
  status: z.string(),
  expires_at: z.number().nullish(),
  output_file_id: z.string().nullish(),
  error_file_id: z.string().nullish(),
  request_counts: z
    .object({ total: z.number().catch(0), completed: z.number().catch(0), failed: z.number().catch(0) })
    .nullish(),
  errors: z
    .object({ data: z.array(z.looseObject({ code: z.string().nullish(), message: z.string().nullish() })).nullish() })
    .nullish(),
});

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'expired', 'cancelled']);
/** OpenAI's codes for "too much is enqueued already". */
const QUEUE_FULL = /token_limit_exceeded|request_limit_exceeded/;

/** @throws SyntaxError if it is no batch. */
export function readBatchState(json: unknown): BatchState {
  const parsed = Batch.safeParse(json);
  if (!parsed.success) throw new SyntaxError('not a batch');
  const { id, status, expires_at, output_file_id, error_file_id, request_counts: counts, errors } = parsed.data;
  const faults = errors?.data ?? [];
  return {
    id,
    status,
    ended: ENDED.has(status),
    answered: counts?.completed ?? 0,
    failed: counts?.failed ?? 0,
    total: counts?.total ?? 0,
    ...(expires_at && { expiresAt: expires_at * 1000 }),
    refusedFor: faults.map(({ code, message }) => message || code || 'no reason given'),
    queueFull: faults.some(({ code }) => QUEUE_FULL.test(code ?? '')),
    // Answers first, so that they are kept even if an error then stops everything.
    files: [output_file_id, error_file_id].filter((id) => typeof id === 'string' && id !== '') as string[],
  };
}
