import type { WorkflowHandle } from '@temporalio/client';

type Events = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>;

/**
 * Seconds from the event that scheduled an activity of this type to the one that completed it: queueing, hand-over and
 * retries included.
 * @throws Error if the history holds no such activity that ended.
 */
export function stepSeconds(events: Events, activity: string): number {
  const scheduled = events.find((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity);
  const completed = events.find(
    (event) =>
      event.activityTaskCompletedEventAttributes?.scheduledEventId?.toString() === scheduled?.eventId?.toString(),
  );
  if (!scheduled || !completed) throw new Error(`the history holds no ${activity} that ended`);
  return secondsOf(completed) - secondsOf(scheduled);
}

function secondsOf({ eventTime }: Events[0]): number {
  return Number(eventTime?.seconds ?? 0) + Number(eventTime?.nanos ?? 0) / 1e9;
}
