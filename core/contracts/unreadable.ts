import { z } from 'zod';

/**
 * Stands for a value that cannot be decrypted, in workflows and activities: why, and what to do. If the codec threw
 * an error, the workflow task would fail, and Temporal would repeat it for ever.
 */
export const Unreadable = z.strictObject({ honeUnreadable: z.object({ message: z.string(), advice: z.string() }) });
export type Unreadable = z.infer<typeof Unreadable>;

/** @returns why the first of the values that cannot be read cannot; undefined if all can. */
export function whyUnreadable(values: readonly unknown[]): Unreadable['honeUnreadable'] | undefined {
  for (const value of values) {
    const parsed = Unreadable.safeParse(value);
    if (parsed.success) return parsed.data.honeUnreadable;
  }
  return undefined;
}
