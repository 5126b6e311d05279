import { expect, it } from 'vitest';
import type { RetrainResult } from '../../core/contracts/retrain.ts';
import { retrainJson, retrainLines } from './retrain-result.ts';

const metrics = (hit: number) => ({
  'hit@5': { value: hit, low: hit - 0.05, high: hit + 0.05 },
  'mrr@10': { value: hit / 2, low: 0, high: 1 },
});
const ref = { uri: 'file:///w/x', sha256: 'a'.repeat(64), bytes: 1 };
const refused: RetrainResult = {
  name: 'handbook',
  decision: 'refused',
  reason: 'handbook v3 stays: the new model was refused: worse than handbook v3 by 4.0 points.',
  version: 3,
  changes: { unchanged: 95, changed: 5, added: 0, removed: 0, share: 0.05, paths: ['docs/a.md'] },
  currentRelease: {
    version: 3,
    evaluation: { system: 'tuned', queries: 68, passages: 100, metrics: metrics(0.9), rankings: ref, seconds: 1 },
    unseen: { queries: 5, metrics: metrics(0.6) },
  },
  gain: { metric: 'hit@5', difference: { value: -0.04, low: -0.09, high: 0.01 }, queries: 60 },
  decisionUri: 'file:///w/.hone/store/runs/handbook-retrain-1a2b3c4d/decision.html',
};
const plain = (_: unknown, text: string) => text;

it('prints the decision, the metrics of production on all and on new passages, and where to read more', () => {
  const lines = retrainLines(refused, 'handbook-retrain-1a2b3c4d', '/w', plain);
  expect(lines[0]).toBe(`  Not promoted. ${refused.reason}`);
  expect(lines).toContain('  handbook v3 on all            68 questions   hit rate @5 0.900   MRR @10 0.450');
  expect(lines).toContain('  handbook v3 on new passages   5 questions    hit rate @5 0.600   MRR @10 0.300');
  expect(lines).toContain('  Why     .hone/store/runs/handbook-retrain-1a2b3c4d/decision.html');
  expect(lines.at(-1)).toBe('  Again   npx hone show handbook-retrain-1a2b3c4d');
});

it('prints the rollback command only after a promotion that replaced a version', () => {
  const last = (change: Partial<RetrainResult>) => retrainLines({ ...refused, ...change }, 'id', '/w', plain).at(-1);
  expect(last({ decision: 'promoted', version: 4 })).toBe('  Back    npx hone rollback handbook');
  expect(last({ decision: 'promoted', version: 1 })).not.toContain('rollback');
});

it('has numbers and paths as JSON', () => {
  expect(JSON.parse(JSON.stringify(retrainJson('id', refused)))).toMatchObject({
    workflowId: 'id',
    state: 'done',
    decision: 'refused',
    version: 3,
    changes: { changed: 5 },
    currentRelease: { version: 3, queries: 68, 'hit@5': 0.9, unseen: { queries: 5, 'hit@5': 0.6 } },
    gain: { metric: 'hit@5', value: -0.04, low: -0.09, high: 0.01 },
    report: '/w/.hone/store/runs/handbook-retrain-1a2b3c4d/decision.html',
  });
});
