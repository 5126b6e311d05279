import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import type { ScheduleHealth } from '../client/schedule-summary.ts';
import type { Schedules } from '../client/schedules.ts';
import { Fault } from '../core/contracts/fault.ts';
import { waitUntil } from '../tests/harness/wait-until.ts';
import { ScheduleWatch } from './schedule-watch.ts';

let watch: ScheduleWatch;
afterEach(() => watch.close());

type Answer = Awaited<ReturnType<Schedules['health']>>;

/** Looks once for each answer, and at the last one again and again. */
async function watched(answers: (() => Answer)[], limit?: number) {
  const counters = new Map<string, number>();
  const gauges = new Map<string, number>();
  const lines: string[] = [];
  let looks = 0;
  watch = new ScheduleWatch({
    tenants: new Map([
      ['acme', { health: async () => (answers[Math.min(looks++, answers.length - 1)] as () => Answer)() }],
    ]),
    measure: (name, value, ...[labels]) => {
      const series = Object.values(labels ?? {}).join(' ');
      if (name === 'hone_schedule_run_seconds') gauges.set(series, value);
      else counters.set(series, (counters.get(series) ?? 0) + value);
    },
    say: (line) => lines.push(line),
    everyMs: 1,
    ...(limit && { limit }),
  });
  await waitUntil(() => looks > answers.length + 2);
  return { counters: Object.fromEntries(counters), gauges: Object.fromEntries(gauges), lines };
}

function answer(
  overlap: number,
  { missed = 0, name = 'nightly', runningSince }: Partial<ScheduleHealth> & { missed?: number } = {},
) {
  return () => ({ schedules: [{ name, skipped: { overlap, missed }, runningSince }], total: 1 });
}
const nothing = () => ({ schedules: [], total: 0 });
const failing = () => {
  throw new Fault('unavailable', 'No Temporal server answers.', 'Start it.');
};

it('counts what Temporal counts, from the first look on', async () => {
  expect((await watched([answer(0)])).counters).toEqual({ 'acme nightly overlap': 0, 'acme nightly missed': 0 });
  watch.close();
  expect((await watched([answer(3), answer(5, { missed: 2 })])).counters).toEqual({
    'acme nightly overlap': 5,
    'acme nightly missed': 2,
  });
});

it('counts nothing twice if a schedule is not listed for once, and on from 0 if it was created anew', async () => {
  expect((await watched([answer(3), nothing, answer(4)])).counters['acme nightly overlap']).toBe(4);
  watch.close();
  expect((await watched([answer(3), nothing, answer(1)])).counters['acme nightly overlap']).toBe(4);
});

it('measures how long a retraining has been running, until it ends or its schedule is deleted', async () => {
  const runningSince = new Date(Date.now() - 90_000);
  expect((await watched([answer(0, { runningSince })])).gauges['acme nightly']).toBeCloseTo(90, -1);
  watch.close();
  expect((await watched([answer(0, { runningSince }), answer(0)])).gauges).toEqual({ 'acme nightly': 0 });
  watch.close();
  expect((await watched([answer(0, { runningSince }), nothing])).gauges).toEqual({ 'acme nightly': 0 });
});

it('says once why it cannot look, and goes on', async () => {
  const { counters, lines } = await watched([failing, failing, answer(1), failing]);
  const line = 'The schedules of the tenant acme are not measured: No Temporal server answers.';
  expect(lines).toEqual([line, line]);
  expect(counters['acme nightly overlap']).toBe(1);
});

it('says that there are more schedules than it looks at', async () => {
  const { lines } = await watched([() => ({ ...answer(0)(), total: 7 })], 5);
  expect(lines).toEqual(['Only the first 5 of 7 schedules of the tenant acme are measured.']);
});

it('looks no more once it is closed', async () => {
  let looks = 0;
  const health = async () => {
    looks++;
    return nothing();
  };
  watch = new ScheduleWatch({ tenants: new Map([['acme', { health }]]), measure: () => {}, say: () => {}, everyMs: 1 });
  await waitUntil(() => looks > 2);
  watch.close();
  const before = looks;
  await sleep(30);
  expect(looks).toBe(before);
});
