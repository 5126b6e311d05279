import { z } from 'zod';
import type { BatchJob } from '../contracts/batch-api.ts';

/** The fields of OpenAI's batch object that Hone reads; other servers leave many of them out, or null. */
const Batch = z.looseObject({
  id: z.string(),
  status: z.string(),
  expires_at: z.number().nullish(),
  input_file_id: z.string().nullish(),
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

/** @throws SyntaxError if it is not a batch object. */
export function readBatchJob(json: unknown): BatchJob {
  const parsed = Batch.safeParse(json);
  if (!parsed.success) throw new SyntaxError('answered with something that is not a batch');
  const {
    id,
    status,
    expires_at,
    input_file_id,
    output_file_id,
    error_file_id,
    request_counts: counts,
    errors,
  } = parsed.data;
  const problems = errors?.data ?? [];
  return {
    id,
    status,
    ended: ENDED.has(status),
    answered: counts?.completed ?? 0,
    failed: counts?.failed ?? 0,
    total: counts?.total ?? 0,
    ...(expires_at && { expiresAt: expires_at * 1000 }),
    refusedFor: problems.map(({ code, message }) => message || code || 'no reason given'),
    queueFull: problems.some(({ code }) => QUEUE_FULL.test(code ?? '')),
    // Answers first, so that they are stored even if a line of the error file then ends the run.
    files: [output_file_id, error_file_id].filter((file) => typeof file === 'string').filter((file) => file !== ''),
    ...(input_file_id && { inputFile: input_file_id }),
  };
}
