import { ScheduleOverlapPolicy } from '@temporalio/client';
import { expect, it } from 'vitest';
import { cronOf, type DescribedTimes, type ScheduleOptions, timesOf } from './schedule-times.ts';

const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: 3_600_000, pauseOnFailure: false };
/** Schedules as the server describes them: a cron expression is a calendar with the expression in its comment. */
const nightly: DescribedTimes = {
  spec: {
    calendars: [calendar(timesOf({ cron: '0 3 * * *' }).spec.cronExpressions?.[0]?.split('#')[1] ?? '')],
    timezone: 'Europe/Berlin',
    jitter: 600_000,
  },
  policies,
};
const hourly: DescribedTimes = { spec: { intervals: [{ every: 3_600_000, offset: 0 }] }, policies };

function calendar(comment: string): NonNullable<DescribedTimes['spec']['calendars']>[number] {
  const every = [{ start: 0, end: 0, step: 1 }];
  return {
    second: every,
    minute: every,
    hour: [{ start: 3, end: 3, step: 1 }],
    dayOfMonth: [{ start: 1, end: 31, step: 1 }],
    month: [{ start: 'JANUARY', end: 'DECEMBER', step: 1 }],
    year: [],
    dayOfWeek: [{ start: 'SUNDAY', end: 'SATURDAY', step: 1 }],
    comment,
  };
}

it('reads back the cron expression, without its own comment', () => {
  expect(cronOf(nightly.spec)).toBe('0 3 * * *');
  expect(timesOf({ cron: '@daily # when all is quiet' }).spec.cronExpressions).toEqual(['@daily # cron @daily']);
  expect(cronOf({ calendars: [calendar('by hand')] })).toBeUndefined();
});

it('changes what is given and keeps the rest', () => {
  expect(timesOf({ overlap: 'buffer-one' }, nightly)).toMatchObject({
    spec: { ...nightly.spec },
    policies: { ...policies, overlap: 'BUFFER_ONE' },
  });
  expect(timesOf({ catchUpMs: 60_000 }, hourly)).toMatchObject({
    spec: { ...hourly.spec },
    policies: { ...policies, catchupWindow: 60_000 },
  });
  expect(timesOf({ timezone: 'Asia/Shanghai', jitterMs: 0 }, nightly).spec).toMatchObject({
    calendars: nightly.spec.calendars,
    timezone: 'Asia/Shanghai',
    jitter: 0,
  });
  expect(timesOf({ cron: '0 4 * * *' }, nightly).spec).toEqual({
    cronExpressions: ['0 4 * * * # cron 0 4 * * *'],
    timezone: 'Europe/Berlin',
    jitter: 600_000,
  });
});

it('replaces a cron expression and its time zone by an interval, and the other way round', () => {
  expect(timesOf({ everyMs: 60_000 }, nightly).spec).toEqual({ intervals: [{ every: 60_000 }], jitter: 600_000 });
  expect(timesOf({ cron: '0 4 * * *' }, hourly).spec).toEqual({ cronExpressions: ['0 4 * * * # cron 0 4 * * *'] });
});

it.each<[ScheduleOptions, DescribedTimes | undefined, string]>([
  [{}, undefined, 'either an interval or a cron'],
  [{ everyMs: 60_000, cron: '0 3 * * *' }, nightly, 'either an interval or a cron'],
  [{ timezone: 'Europe/Berlin' }, hourly, 'applies only to a cron expression'],
  [{ everyMs: 60_000, timezone: 'Europe/Berlin' }, nightly, 'applies only to a cron expression'],
])('refuses %j', (options, before, says) => {
  expect(() => timesOf(options, before)).toThrow(says);
});
