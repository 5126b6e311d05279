import { expect, it } from 'vitest';
import { runRecord } from '../report/report.fixture.ts';
import { trackedRun } from './tracked-run.ts';

const LOSSES = [
  { step: 1, loss: 2, learningRate: 1e-5, gradientNorm: 3 },
  { step: 2, loss: 1, learningRate: 2e-5, gradientNorm: 2, heldOut: 1.5 },
];

it('has the options, the curves, and the metrics of every system', () => {
  const { parameters, metrics, files, tags } = trackedRun(runRecord(), LOSSES, '<html>');
  expect(parameters).toMatchObject({ scale: '71', learningRate: '0.00005', base: expect.any(String) });
  expect(Object.values(parameters).join()).not.toContain('[object');
  expect(metrics).toContainEqual({ name: 'train/loss', step: 2, value: 1 });
  expect(metrics).toContainEqual({ name: 'train/held_out_loss', step: 2, value: 1.5 });
  const names = new Set(metrics.map(({ name }) => name));
  expect([...names]).toEqual(expect.arrayContaining(['base/hit@5', 'tuned/hit@5', 'gain/hit@5/low']));
  expect(files).toEqual({ 'report.html': '<html>' });
  expect(tags['hone.workflow']).toBe(runRecord().workflowId);
});

it('is the same for the same results, and another for another model', () => {
  const { model } = runRecord();
  const key = (changes = {}) => trackedRun(runRecord(changes), LOSSES, '').key;
  expect(key({ stages: [] })).toBe(key());
  expect(key({ model: { ...model, sha256: 'f'.repeat(64) } })).not.toBe(key());
});
