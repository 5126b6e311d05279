import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves as soon as something is so; a query that fails (nothing is there yet) counts as no. @throws after a minute. */
export async function eventually(condition: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  for (const giveUp = Date.now() + withinMs; Date.now() < giveUp; await sleep(50)) {
    try {
      if (await condition()) return;
    } catch {
      // Not there yet.
    }
  }
  throw new Error(`it was never so: ${condition}`);
}
