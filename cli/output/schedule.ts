import type { ScheduleDetails, ScheduleSummary } from '../../client/schedule-summary.ts';
import { lengthOfTime } from '../input/length-of-time.ts';

/** `at '0 3 * * *' (Europe/Berlin)` or `every 6h` */
export function when({ everyMs, cron, timezone = 'UTC' }: ScheduleSummary): string {
  if (cron !== undefined) return `at '${cron}' (${timezone})`;
  return everyMs === undefined ? '' : `every ${lengthOfTime(everyMs)}`;
}

/** `nightly retrains handbook every 1d` */
export function headline(schedule: ScheduleSummary): string {
  // One that Temporal's own tools made does not say what it publishes.
  return [schedule.name, 'retrains', schedule.publishes, when(schedule)].filter((part) => part !== undefined).join(' ');
}

/** `overlap skip, catch-up 1h, jitter 10m`, by the names of the options. */
export function policies({ overlap, catchUpMs, jitterMs }: ScheduleDetails): string {
  const jitter = jitterMs === undefined ? '' : `, jitter ${lengthOfTime(jitterMs)}`;
  return `overlap ${overlap}, catch-up ${lengthOfTime(catchUpMs)}${jitter}`;
}

export function moment(date: Date | undefined): string {
  return date?.toLocaleString('sv-SE') ?? '–';
}
