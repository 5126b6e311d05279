import type { ScheduleDetails, ScheduleSummary } from '../../client/schedule-summary.ts';
import { lengthOfTime } from '../input/length-of-time.ts';

/** When a schedule retrains: `at '0 3 * * *' (Europe/Berlin)` or `every 6h`. */
export function when({ everyMs, cron, timezone = 'UTC' }: ScheduleSummary): string {
  if (cron !== undefined) return `at '${cron}' (${timezone})`;
  return everyMs === undefined ? '' : `every ${lengthOfTime(everyMs)}`;
}

/** A schedule in a line: `nightly retrains handbook every 1d`. */
export function headline(schedule: ScheduleSummary): string {
  // A schedule that was created with Temporal's own tools does not tell what it publishes.
  return [schedule.name, 'retrains', schedule.publishes, when(schedule)].filter((part) => part !== undefined).join(' ');
}

/** The policies of a schedule, named as the options are: `overlap skip, catch-up 1h, jitter 10m`. */
export function policies({ overlap, catchUpMs, jitterMs }: ScheduleDetails): string {
  const jitter = jitterMs === undefined ? '' : `, jitter ${lengthOfTime(jitterMs)}`;
  return `overlap ${overlap}, catch-up ${lengthOfTime(catchUpMs)}${jitter}`;
}

/** The starts that a schedule left out, a line for each reason: `Skipped 2, as a retraining was still running`. */
export function leftOut({ skipped: { overlap, missed } }: ScheduleDetails): string[] {
  return [
    ...(overlap > 0 ? [`Skipped ${overlap}, as a retraining was still running`] : []),
    ...(missed > 0 ? [`Missed  ${missed}, as Temporal was down for longer than the catch-up`] : []),
  ];
}

/** Local date and time: `2026-11-25 03:00:00`. */
export function moment(date: Date | undefined): string {
  return date?.toLocaleString('sv-SE') ?? '–';
}
