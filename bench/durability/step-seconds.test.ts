import { expect, it } from 'vitest';
import { stepSeconds } from './step-seconds.ts';

const at = (seconds: number, nanos = 0) => ({ seconds: seconds as never, nanos });
const id = (eventId: number) => eventId as never;

const HISTORY = [
  {
    eventId: id(1),
    eventTime: at(100),
    activityTaskScheduledEventAttributes: { activityType: { name: 'resolveModel' } },
  },
  { eventId: id(2), eventTime: at(101), activityTaskCompletedEventAttributes: { scheduledEventId: id(1) } },
  { eventId: id(3), eventTime: at(102), activityTaskScheduledEventAttributes: { activityType: { name: 'train' } } },
  { eventId: id(4), eventTime: at(131, 5e8), activityTaskCompletedEventAttributes: { scheduledEventId: id(3) } },
];

it('is told from the wish for a step to its answer', () => {
  expect(stepSeconds(HISTORY, 'train')).toBe(29.5);
});

it('is not told of a step that has not ended', () => {
  expect(() => stepSeconds(HISTORY.slice(0, 3), 'train')).toThrow('no train that ended');
});
