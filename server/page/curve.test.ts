import { expect, it } from 'vitest';
import type { StageProgress } from '../../core/contracts/progress.ts';
import { type CurvePoint, draw, thinned, ticks, withProgress } from './curve.ts';

const AREA = { left: 40, top: 10, right: 440, bottom: 210 };
const seen = (done: number, loss: number, more: object = {}): StageProgress => ({
  done,
  total: 100,
  unit: 'steps',
  training: { loss, gradientNorm: 1, ...more },
});
const curveOf = (...progress: StageProgress[]) => progress.reduce<CurvePoint[]>(withProgress, []);

it('grows by what a training tells, a point a step', () => {
  const curve = curveOf(seen(1, 2), seen(1, 1.9), seen(3, 1, { heldOutLoss: 1.5 }));
  expect(curve).toEqual([
    { step: 1, loss: 1.9, gradientNorm: 1 },
    { step: 3, loss: 1, gradientNorm: 1, heldOut: 1.5 },
  ]);
});

it('goes back with a training that continues from a checkpoint', () => {
  expect(curveOf(seen(10, 1), seen(20, 0.5), seen(12, 0.9)).map(({ step }) => step)).toEqual([10, 12]);
});

it('takes no notice of stages that do not train', () => {
  const other: StageProgress = { done: 3, total: 9, unit: 'requests' };
  expect(withProgress([], undefined)).toEqual([]);
  expect(withProgress(curveOf(seen(1, 1)), other)).toHaveLength(1);
});

it('keeps the first and the last of thousands of points', () => {
  const curve = curveOf(...Array.from({ length: 5000 }, (_, i) => seen(i + 1, 5000 - i)));
  expect(curve.length).toBeLessThanOrEqual(601);
  expect([curve[0]?.step, curve.at(-1)?.step]).toEqual([1, 5000]);
  expect(thinned(curve, 12)).toHaveLength(12);
  expect(thinned(curve, 12).at(-1)?.step).toBe(5000);
});

it('draws a curve that falls from the upper left to the lower right, within its area', () => {
  const { loss, last, x, y } = draw(curveOf(seen(1, 4), seen(51, 2), seen(101, 0.5)), AREA);
  const points = loss.split(' ').map((pair) => pair.split(',').map(Number) as [number, number]);
  expect(points.map(([left]) => left)).toEqual([40, 240, 440]);
  const heights = points.map(([, top]) => top);
  expect(heights).toEqual(heights.toSorted((a, b) => a - b));
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(10);
  expect(Math.max(...heights)).toBeLessThanOrEqual(210);
  expect(last).toEqual({ x: 440, y: heights[2] });
  for (const { at } of y) expect(at).toBeGreaterThanOrEqual(10);
  expect(x.every(({ at }) => at >= 40 && at <= 440)).toBe(true);
});

it.each([
  ['a single point', [seen(7, 1.25)]],
  ['a loss of 0', [seen(1, 0), seen(2, 0)]],
  ['a loss that stays', [seen(1, 3), seen(2, 3)]],
  ['a loss below 0', [seen(1, -1), seen(2, -3)]],
])('draws %s', (_, progress) => {
  expect(JSON.stringify(draw(curveOf(...progress), AREA))).not.toMatch(/null|NaN|Infinity/);
});

it('has round numbers beside its axes', () => {
  expect(ticks(0, 1, 4)).toEqual([0, 0.5, 1]);
  expect(ticks(0, 4, 4)).toEqual([0, 1, 2, 3, 4]);
  expect(ticks(0.11, 0.29, 4)).toEqual([0.15, 0.2, 0.25]);
  expect(ticks(1, 68, 4)).toEqual([20, 40, 60]);
});
