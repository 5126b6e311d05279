import type { z } from 'zod';
import { Fault } from './fault.ts';

/** What is checked, as messages call it, and where to see what it may hold. */
interface Checked {
  what: string;
  advice: string;
}

const RUN_INPUT: Checked = { what: 'run input', advice: '`hone schema` prints what a run input may hold.' };

/** @throws Fault `input` that lists every fault by its path. */
export function checkInput<T>(schema: z.ZodType<T>, value: unknown, { what, advice } = RUN_INPUT): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map((issue) => `${issue.path.join('.') || what}: ${issue.message}`);
  const count = details.length === 1 ? 'one fault' : `${details.length} faults`;
  throw new Fault('input', `The ${what} has ${count}: ${details.join('; ')}.`, advice, { details });
}
