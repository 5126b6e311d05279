import { ScheduleOverlapPolicy } from '@temporalio/client';
import { expect, it } from 'vitest';
import { cronOf, type ScheduleOptions, timesOf } from './schedule-times.ts';

const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: 3_600_000, pauseOnFailure: false };
/** As the server describes it: what the expression means, and its comment. */
const nightly = {
  spec: {
    calendars: timesOf({ cron: '0 3 * * *' }).spec.cronExpressions?.map((cron) => ({ comment: cron.split('#')[1] })),
    timezone: 'Europe/Berlin',
    jitter: 600_000,
  },
  policies,
} as unknown as Parameters<typeof timesOf>[1];
const hourly: Parameters<typeof timesOf>[1] = { spec: { intervals: [{ every: 3_600_000, offset: 0 }] }, policies };

it('reads back the cron expression that it was given, without a comment that it had', () => {
  expect(cronOf(nightly?.spec ?? {})).toBe('0 3 * * *');
  expect(timesOf({ cron: '@daily # when all is quiet' }).spec.cronExpressions).toEqual(['@daily # cron @daily']);
  expect(cronOf({ calendars: [{ comment: 'by hand' }] as never })).toBeUndefined();
});

it('changes what is given and leaves the rest', () => {
  expect(timesOf({ overlap: 'buffer-one' }, nightly)).toMatchObject({
    spec: { ...nightly?.spec },
    policies: { ...policies, overlap: 'BUFFER_ONE' },
  });
  expect(timesOf({ catchUpMs: 60_000 }, hourly)).toMatchObject({
    spec: { ...hourly?.spec },
    policies: { ...policies, catchupWindow: 60_000 },
  });
  expect(timesOf({ timezone: 'Asia/Shanghai', jitterMs: 0 }, nightly).spec).toMatchObject({
    calendars: nightly?.spec.calendars,
    timezone: 'Asia/Shanghai',
    jitter: 0,
  });
  expect(timesOf({ cron: '0 4 * * *' }, nightly).spec).toEqual({
    cronExpressions: ['0 4 * * * # cron 0 4 * * *'],
    timezone: 'Europe/Berlin',
    jitter: 600_000,
  });
});

it('has an interval take the place of a cron expression with its zone, and the other way round', () => {
  expect(timesOf({ everyMs: 60_000 }, nightly).spec).toEqual({ intervals: [{ every: 60_000 }], jitter: 600_000 });
  expect(timesOf({ cron: '0 4 * * *' }, hourly).spec).toEqual({ cronExpressions: ['0 4 * * * # cron 0 4 * * *'] });
});

it.each<[ScheduleOptions, typeof nightly, string]>([
  [{}, undefined, 'either an interval or a cron'],
  [{ everyMs: 60_000, cron: '0 3 * * *' }, nightly, 'either an interval or a cron'],
  [{ timezone: 'Europe/Berlin' }, hourly, 'means nothing to an interval'],
  [{ everyMs: 60_000, timezone: 'Europe/Berlin' }, nightly, 'means nothing to an interval'],
])('refuses %j', (options, before, says) => {
  expect(() => timesOf(options, before)).toThrow(says);
});
