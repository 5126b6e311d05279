import { setTimeout } from 'node:timers/promises';

/**
 * Resolves once the condition holds. A condition that throws does not hold yet.
 * @throws Error after `withinMs` milliseconds (default a minute).
 */
export async function waitUntil(condition: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await setTimeout(50)) {
    try {
      if (await condition()) return;
    } catch {
      // Not yet.
    }
  }
  throw new Error(`not so within ${withinMs / 1000} s: ${condition}`);
}
