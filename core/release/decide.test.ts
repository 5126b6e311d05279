import { expect, it } from 'vitest';
import type { Comparison } from '../contracts/evaluation.ts';
import { decide, describeCurrentModel, tooLittleChanged } from './decide.ts';
import { describeGain, gateRefusal } from './gate.ts';

const options = { minChangedShare: 0.02, gate: 'better', maxGeneralDrop: 0.01 } as const;
const HANDBOOK = describeCurrentModel('handbook', 3);
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

it('trains if at least minChangedShare of the documents changed; otherwise the reason has the figures', () => {
  expect(tooLittleChanged(changes(0, 100), options, HANDBOOK)).toBe(
    'handbook v3 stays: none changed of 100 documents (0.0 %) since it was promoted, and retrain.minChangedShare is 2.0 %.',
  );
  expect(tooLittleChanged(changes(1, 99), options, HANDBOOK)).toContain('1 changed of 100 documents (1.0 %)');
  expect(tooLittleChanged(changes(2, 98), options, HANDBOOK)).toBeUndefined();
  expect(tooLittleChanged(changes(0, 100), { ...options, minChangedShare: 0 }, HANDBOOK)).toBeUndefined();
});

const better = gain(0.1, 0.05, 0.15);
const uncertain = gain(0.02, -0.01, 0.05);
const worse = gain(-0.1, -0.15, -0.05);
const cases: [
  description: string,
  gate: 'better' | 'not-worse' | 'none',
  gain: Comparison,
  general: Comparison | undefined,
  promote: boolean,
  reason: string,
][] = [
  ['a significantly better model', 'better', better, undefined, true, 'better than handbook v3 by 10.0 points'],
  ['one whose gain may be chance', 'better', uncertain, undefined, false, 'not significantly better'],
  ['the same with the gate not-worse', 'not-worse', uncertain, undefined, true, 'over 40 questions'],
  ['a worse one', 'not-worse', worse, undefined, false, 'worse than handbook v3 by 10.0 points'],
  ['a worse one without a gate', 'none', worse, undefined, true, 'worse than handbook v3 by 10.0 points'],
  [
    'a better one that is too much worse on the general set',
    'better',
    better,
    gain(-0.02, -0.05, 0.01),
    false,
    'maxGeneralDrop is 1.0 %',
  ],
  [
    'a better one that is worse on the general set within the margin',
    'better',
    better,
    gain(-0.01, -0.05, 0.03),
    true,
    'general set',
  ],
];
it.each(cases)('decides on %s with gate %s', (_, gate, difference, general, promote, reason) => {
  const decision = decide({ gain: difference, general }, { ...options, gate }, HANDBOOK);
  expect(decision.promote).toBe(promote);
  expect(decision.reason).toContain(reason);
});

it('does not promote weights again that a person rolled back', () => {
  const rolledBack = 'v4, which anna rolled back (part numbers are not found)';
  expect(decide({ gain: better, rolledBack }, options, HANDBOOK)).toEqual({
    promote: false,
    reason: `handbook v3 stays: training produced the weights of ${rolledBack}.`,
  });
});

it('compares the first model of a name with the base model', () => {
  const refused = decide({ gain: worse }, { ...options, gate: 'not-worse' }, describeCurrentModel('handbook', 0));
  expect(refused.reason).toMatch(/^handbook stays unpublished: .* worse than base by 10.0 points/);
});

it('does not promote a model that a person rejected', () => {
  expect(decide({ gain: better, rejected: 'not in the week of the audit' }, options, HANDBOOK)).toEqual({
    promote: false,
    reason: 'handbook v3 stays: the new model was rejected: not in the week of the audit.',
  });
});

it.each([
  ['one question', { queries: 1 }, 'too few to tell: 1 question, of at least 30'],
  ['few questions', { queries: 29, documents: 29 }, 'too few to tell: 29 questions, of at least 30'],
  ['few documents', { queries: 200, documents: 4 }, 'too few to tell: 4 documents, of at least 5'],
])('the gate "better" takes no gain on %s for one', (_, basis, reason) => {
  const large = { ...gain(1, 0.9, 1), ...basis };
  expect(gateRefusal('better', { gain: large })).toContain(reason);
  expect(decide({ gain: large }, options, HANDBOOK)).toMatchObject({ promote: false });
  // The others ask for no proof, but say what the figure is worth.
  expect(gateRefusal('not-worse', { gain: large })).toBeUndefined();
  expect(describeGain(large)).toContain(`better than base by 100.0 points (95 % CI 90.0 to 100.0; ${reason})`);
});

it('enough questions about enough documents are enough', () => {
  for (const basis of [{ queries: 30 }, { queries: 30, documents: 5 }])
    expect(gateRefusal('better', { gain: { ...better, ...basis } })).toBeUndefined();
});

it('the gate refuses a worse model, and with "better" also one whose gain may be chance', () => {
  expect(gateRefusal('not-worse', { gain: gain(-0.01, -0.05, 0.03) })).toContain('worse than base by 1.0 points');
  expect(gateRefusal('not-worse', { gain: gain(0, -0.02, 0.02) })).toBeUndefined();
  expect(gateRefusal('better', { gain: gain(0.02, -0.01, 0.05) })).toContain('not significantly better');
  expect(gateRefusal('better', { gain: gain(0.02, 0.01, 0.05) })).toBeUndefined();
  expect(gateRefusal('none', { gain: gain(-0.5, -0.6, -0.4) })).toBeUndefined();
});
