import { expect, it } from 'vitest';
import type { Comparison } from '../contracts/evaluation.ts';
import { decide, incumbent, tooLittleChanged } from './decide.ts';

const options = { minChangedShare: 0.02, gate: 'better', maxGeneralDrop: 0.01 } as const;
const gain = (value: number, low: number, high: number): Comparison => ({
  metric: 'hit@5',
  difference: { value, low, high },
  queries: 40,
});
const changes = (changed: number, unchanged: number) => ({
  unchanged,
  changed,
  added: 0,
  removed: 0,
  share: changed / (changed + unchanged),
  paths: [],
});

it('trains from the share that was asked for, and says the figures where it does not', () => {
  expect(tooLittleChanged(changes(0, 100), options, incumbent('handbook', 3))).toBe(
    'handbook v3 stays: none changed of 100 documents (0.0 %) since it was promoted, and retrain.minChangedShare is 2.0 %.',
  );
  expect(tooLittleChanged(changes(1, 99), options, incumbent('handbook', 3))).toContain(
    '1 changed of 100 documents (1.0 %)',
  );
  expect(tooLittleChanged(changes(2, 98), options, incumbent('handbook', 3))).toBeUndefined();
  expect(
    tooLittleChanged(changes(0, 100), { ...options, minChangedShare: 0 }, incumbent('handbook', 3)),
  ).toBeUndefined();
});

const surely = gain(0.1, 0.05, 0.15);
const perhaps = gain(0.02, -0.01, 0.05);
const worse = gain(-0.1, -0.15, -0.05);
const cases: [
  what: string,
  gate: 'better' | 'not-worse' | 'none',
  gain: Comparison,
  general: Comparison | undefined,
  promote: boolean,
  says: string,
][] = [
  ['a surely better model', 'better', surely, undefined, true, 'better than handbook v3 by 10.0 points'],
  ['one that may only be lucky', 'better', perhaps, undefined, false, 'not surely better'],
  ['the same where not worse is enough', 'not-worse', perhaps, undefined, true, 'comparedWith 40 questions'],
  ['a worse one', 'not-worse', worse, undefined, false, 'worse than handbook v3 by 10.0 points'],
  ['a worse one without a gate', 'none', worse, undefined, true, 'worse than handbook v3 by 10.0 points'],
  [
    'a better one that loses what it knew',
    'better',
    surely,
    gain(-0.02, -0.05, 0.01),
    false,
    'maxGeneralDrop is 1.0 %',
  ],
  ['a better one that loses within the margin', 'better', surely, gain(-0.01, -0.05, 0.03), true, 'general set'],
];
it.each(cases)('decides on %s with gate %s', (_, gate, beside, general, promote, says) => {
  const decision = decide({ gain: beside, general }, { ...options, gate }, incumbent('handbook', 3));
  expect(decision.promote).toBe(promote);
  expect(decision.reason).toContain(says);
});

it('does not promote again what a person rolled back, however good it looks', () => {
  const rolledBack = 'v4, which anna rolled back (part numbers are not found)';
  expect(decide({ gain: surely, rolledBack }, options, incumbent('handbook', 3))).toEqual({
    promote: false,
    reason: `handbook v3 stays: training came to the weights of ${rolledBack}.`,
  });
});

it('compares the first model of a name with its base', () => {
  const refused = decide({ gain: worse }, { ...options, gate: 'not-worse' }, incumbent('handbook', 0));
  expect(refused.reason).toMatch(/^handbook stays unpublished: .* worse than base by 10.0 points/);
});

it('does not promote what a person rejected', () => {
  expect(decide({ gain: surely, rejected: 'not in the week of the audit' }, options, incumbent('handbook', 3))).toEqual(
    {
      promote: false,
      reason: 'handbook v3 stays: the new model was rejected: not in the week of the audit.',
    },
  );
});
