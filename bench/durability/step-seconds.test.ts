import { expect, it } from 'vitest';
import { type StepEvent, stepSeconds } from './step-seconds.ts';

const HISTORY: StepEvent[] = [
  {
    eventId: 1,
    eventTime: { seconds: 100, nanos: 0 },
    activityTaskScheduledEventAttributes: { activityType: { name: 'resolveModel' } },
  },
  { eventId: 2, eventTime: { seconds: 101 }, activityTaskCompletedEventAttributes: { scheduledEventId: 1 } },
  {
    eventId: 3,
    eventTime: { seconds: 102, nanos: 0 },
    activityTaskScheduledEventAttributes: { activityType: { name: 'train' } },
  },
  {
    eventId: 4,
    eventTime: { seconds: 131, nanos: 5e8 },
    activityTaskCompletedEventAttributes: { scheduledEventId: 3 },
  },
];

it('measures from the scheduling of an activity to its completion', () => {
  expect(stepSeconds(HISTORY, 'train')).toBe(29.5);
});

it('throws if the activity has not completed', () => {
  expect(() => stepSeconds(HISTORY.slice(0, 3), 'train')).toThrow('no completed activity train');
});
