import type { z } from 'zod';
import { Fault } from './fault.ts';

/** @throws Fault `input` that lists every fault by its path. */
export function checkInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'run input'}: ${issue.message}`);
  const count = details.length === 1 ? 'one fault' : `${details.length} faults`;
  throw new Fault(
    'input',
    `The run input has ${count}: ${details.join('; ')}.`,
    '`hone schema` prints what a run input may hold.',
    { details },
  );
}
