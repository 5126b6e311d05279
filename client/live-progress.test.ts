import { defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { Progress } from '../core/contracts/progress.ts';
import { type DescribedActivities, pendingActivities, withLiveProgress } from './live-progress.ts';

const converter = {
  payloadConverter: defaultPayloadConverter,
  failureConverter: defaultFailureConverter,
  payloadCodecs: [],
};

/** A description of a workflow, as the server sends it, with only its pending activities. */
function description(...activities: NonNullable<DescribedActivities['raw']['pendingActivities']>): DescribedActivities {
  return { workflowId: 'w', runId: 'r', raw: { pendingActivities: activities } };
}
const heartbeat = (value: unknown) => ({ heartbeatDetails: { payloads: [defaultPayloadConverter.toPayload(value)] } });

const progress: Progress = {
  title: 't',
  model: 'm',
  stages: [
    { name: 'documents', state: 'done' },
    { name: 'train', state: 'running' },
  ],
};

describe('the live progress of a run', () => {
  it('is read from the heartbeat of the running activity', async () => {
    const figures = { done: 3, total: 9, unit: 'steps', rate: 15 };
    const [activity] = await pendingActivities(
      description({
        activityId: '7',
        activityType: { name: 'train' },
        state: 2,
        attempt: 1,
        ...heartbeat({ stage: 'train', progress: figures }),
      }),
      converter,
    );
    expect(activity).toEqual({
      id: 'w/r/7',
      name: 'train',
      waiting: false,
      attempt: 1,
      heartbeat: { stage: 'train', progress: figures },
    });
  });

  it('is not that of an attempt that has died', async () => {
    const [activity] = await pendingActivities(
      description({
        ...{ activityId: '7', activityType: { name: 'train' }, state: 1, attempt: 2 },
        ...heartbeat({ stage: 'train', progress: { done: 3, total: 9, unit: 'steps' } }),
      }),
      converter,
    );
    expect(activity).toMatchObject({ waiting: true, heartbeat: undefined });
  });

  it('is left out if there is no heartbeat, or one of another shape', async () => {
    const activities = await pendingActivities(
      description(
        { activityType: { name: 'train' }, state: 1, attempt: 1 },
        { activityType: { name: 'ask' }, state: 2, attempt: 1, ...heartbeat({ cursor: 12 }) },
      ),
      converter,
    );
    expect(activities.map(({ heartbeat }) => heartbeat)).toEqual([undefined, undefined]);
    expect(activities.map(({ waiting }) => waiting)).toEqual([true, false]);
  });

  it('comes with the failure of the previous attempt', async () => {
    const [activity] = await pendingActivities(
      description({
        activityType: { name: 'ask' },
        state: 1,
        attempt: 3,
        lastFailure: { message: 'The endpoint is busy.', applicationFailureInfo: { type: 'Fault' } },
      }),
      converter,
    );
    expect(activity).toMatchObject({ attempt: 3, lastFailure: 'The endpoint is busy.' });
  });

  it('is added to the running stage of that name only', () => {
    const figures = { done: 1, total: 2, unit: 'documents' };
    const merged = withLiveProgress(progress, [
      { stage: 'documents', progress: figures },
      { stage: 'train', progress: { ...figures, unit: 'steps' } },
      { stage: 'publish', progress: figures },
    ]);
    expect(merged.stages).toEqual([
      { name: 'documents', state: 'done' },
      { name: 'train', state: 'running', progress: { ...figures, unit: 'steps' } },
    ]);
    expect(progress.stages[1]).not.toHaveProperty('progress');
  });
});
