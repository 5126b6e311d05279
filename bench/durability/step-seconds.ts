/** The parts of a history event that `stepSeconds` reads; events of the Temporal client have them. */
export interface StepEvent {
  eventId?: Stringable | null;
  eventTime?: { seconds?: Stringable | null; nanos?: number | null } | null;
  activityTaskScheduledEventAttributes?: { activityType?: { name?: string | null } | null } | null;
  activityTaskCompletedEventAttributes?: { scheduledEventId?: Stringable | null } | null;
}

/** A number, or a 64-bit integer of protobuf. */
type Stringable = { toString(): string };

/**
 * Seconds from the event that scheduled an activity of this type to the event that completed it, queueing and retries
 * included.
 * @throws Error if the history has no completed activity of this type.
 */
export function stepSeconds(events: readonly StepEvent[], activity: string): number {
  const scheduled = events.find((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity);
  const completed = events.find(
    (event) =>
      event.activityTaskCompletedEventAttributes?.scheduledEventId?.toString() === scheduled?.eventId?.toString(),
  );
  if (!scheduled || !completed) throw new Error(`the history has no completed activity ${activity}`);
  return secondsOf(completed) - secondsOf(scheduled);
}

function secondsOf({ eventTime }: StepEvent): number {
  return Number(eventTime?.seconds ?? 0) + Number(eventTime?.nanos ?? 0) / 1e9;
}
