import type { StageProgress } from '../../core/contracts/progress.ts';

/** A point of a loss curve, as it was seen while the training ran. */
export interface CurvePoint {
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly heldOut?: number | undefined;
}

/** More points than a curve has pixels are thinned out. */
const MOST_POINTS = 600;

/**
 * The curve with what a running training tells. A training that begins again, as the next trial does or after a lost
 * worker, continues the curve from its step: later points are dropped.
 */
export function withProgress(points: readonly CurvePoint[], progress: StageProgress | undefined): CurvePoint[] {
  const { training, done, unit } = progress ?? {};
  if (!training || done === undefined || unit !== 'steps') return [...points];
  const before = points.filter(({ step }) => step < done);
  const { loss, gradientNorm, heldOutLoss } = training;
  const curve = [
    ...before,
    { step: done, loss, gradientNorm, ...(heldOutLoss !== undefined && { heldOut: heldOutLoss }) },
  ];
  return curve.length > MOST_POINTS ? curve.filter((_, i) => i % 2 === 0 || i === curve.length - 1) : curve;
}

export interface Tick {
  readonly value: number;
  readonly at: number;
}

/** A curve in the coordinates of a drawing. */
export interface Drawing {
  /** `points` of an SVG polyline. */
  readonly loss: string;
  readonly heldOut: string;
  readonly last: { readonly x: number; readonly y: number };
  readonly x: readonly Tick[];
  readonly y: readonly Tick[];
}

/** The part of a drawing that the curve fills, in its units. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Places a curve of one or more points. The loss begins at 0 unless it is far from it. */
export function draw(points: readonly CurvePoint[], { left, top, right, bottom }: Area): Drawing {
  const losses = points.flatMap(({ loss, heldOut }) => (heldOut === undefined ? [loss] : [loss, heldOut]));
  const low = Math.min(...losses);
  const high = Math.max(...losses);
  const from = low < high / 2 || low === high ? Math.min(0, low) : low;
  const yTicks = ticks(from, high === from ? from + 1 : high, 4);
  const [first, last] = [points[0], points.at(-1)] as [CurvePoint, CurvePoint];
  const xTicks = ticks(first.step, Math.max(last.step, first.step + 1), 4).filter(Number.isInteger);
  const place = (value: number, start: number, end: number, a: number, b: number) =>
    round(a + ((value - start) / (end - start)) * (b - a));
  const bounds = [Math.min(from, yTicks[0] ?? from), Math.max(high, yTicks.at(-1) ?? high)] as const;
  const x = (step: number) => place(step, first.step, Math.max(last.step, first.step + 1), left, right);
  const y = (value: number) => place(value, bounds[0], bounds[1], bottom, top);
  const line = (value: (point: CurvePoint) => number | undefined) =>
    points
      .flatMap((point) => {
        const one = value(point);
        return one === undefined ? [] : [`${x(point.step)},${y(one)}`];
      })
      .join(' ');
  return {
    loss: line(({ loss }) => loss),
    heldOut: line(({ heldOut }) => heldOut),
    last: { x: x(last.step), y: y(last.loss) },
    x: xTicks.map((value) => ({ value, at: x(value) })),
    y: yTicks.map((value) => ({ value, at: y(value) })),
  };
}

/** Round numbers within a range, about `count` of them. */
export function ticks(from: number, to: number, count: number): number[] {
  const raw = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5].find((one) => one * power >= raw * 0.999) ?? 10) * power;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** At most `count` points for a table, spread evenly, the last one always. */
export function thinned(points: readonly CurvePoint[], count: number): CurvePoint[] {
  if (points.length <= count) return [...points];
  return Array.from(
    { length: count },
    (_, i) => points[Math.round((i * (points.length - 1)) / (count - 1))] as CurvePoint,
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
