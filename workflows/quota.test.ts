import { describe, expect, it } from 'vitest';
import { simulate } from './quota.fixture.ts';

const MINUTES = 4;
const random = () => 0.5;

describe('a quota, against a server that refuses what exceeds its windows', () => {
  it.each(['sliding', 'fixed', 'bucket'] as const)('is used to the full where requests bind (%s)', (window) => {
    const { accepted, rejectedShare } = simulate({
      limits: { requests: 6000, tokens: 1e9 },
      window,
      minutes: MINUTES,
      random,
    });
    expect(accepted).toBeGreaterThan(0.95 * 6000 * MINUTES);
    expect(rejectedShare).toBeLessThan(0.01);
  });

  it.each(['sliding', 'fixed', 'bucket'] as const)('is used to the full where tokens bind (%s)', (window) => {
    const tokens = (dice: () => number) => Math.round(50 + 100 * dice());
    const limits = { requests: 1e6, tokens: 600_000 };
    const { acceptedTokens, rejectedShare } = simulate({
      limits,
      window,
      minutes: MINUTES,
      tokens,
      random: diceFrom(1),
      estimate: 160,
    });
    expect(acceptedTokens).toBeGreaterThan(0.95 * 600_000 * MINUTES);
    expect(rejectedShare).toBeLessThan(0.01);
  });
});

/** Numbers that look random and are the same every time (MINSTD). */
function diceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
