import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { LoadedDataConverter } from '@temporalio/common';
import {
  decodeArrayFromPayloads,
  decodeOptionalFailureToOptionalError,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import { z } from 'zod';
import { type Progress, STAGE_NAMES, type StageName, StageProgress } from '../core/contracts/progress.ts';

/** How far a stage is: the first heartbeat detail of every activity of ours, and what a child workflow answers. */
export const Heartbeat = z.object({ stage: z.enum(STAGE_NAMES), progress: StageProgress });
export type Heartbeat = z.infer<typeof Heartbeat>;

/** What an activity that has not ended is up to. */
export interface PendingActivity {
  /** Of this one among all that there ever are in its run. */
  id: string;
  /** Activity type: `train`. */
  name: string;
  /** No worker has taken it up, or the next attempt is waiting for its time. */
  waiting: boolean;
  attempt: number;
  heartbeat?: Heartbeat;
  /** What the attempt before this one died of. */
  lastFailure?: string;
}

// temporal.api.enums.v1.PendingActivityState; the SDK hands the numbers through.
const SCHEDULED = 1;

/** Reads the running activities out of a description; a heartbeat that is not ours is left out. */
export async function pendingActivities(
  { raw, workflowId, runId }: Pick<WorkflowExecutionDescription, 'raw' | 'workflowId' | 'runId'>,
  converter: LoadedDataConverter,
): Promise<PendingActivity[]> {
  return Promise.all(
    (raw.pendingActivities ?? []).map(async (activity) => {
      const details = activity.heartbeatDetails?.payloads;
      const [first] = details?.length ? await decodeArrayFromPayloads(converter, details) : [];
      const heartbeat = Heartbeat.safeParse(first);
      const failure = await decodeOptionalFailureToOptionalError(converter, activity.lastFailure);
      return {
        id: [workflowId, runId, activity.activityId].join('/'),
        name: activity.activityType?.name ?? 'activity',
        waiting: activity.state === SCHEDULED,
        attempt: activity.attempt ?? 1,
        ...(heartbeat.success ? { heartbeat: heartbeat.data } : {}),
        ...(failure === undefined ? {} : { lastFailure: failure.message }),
      };
    }),
  );
}

/** Puts the live figures of running activities into the stages that the workflow holds to be running. */
export function withHeartbeats(progress: Progress, heartbeats: readonly Heartbeat[]): Progress {
  const live = new Map<StageName, StageProgress>(heartbeats.map(({ stage, progress }) => [stage, progress]));
  return {
    ...progress,
    stages: progress.stages.map((stage) => {
      const figures = stage.state === 'running' ? live.get(stage.name) : undefined;
      return figures === undefined ? stage : { ...stage, progress: figures };
    }),
  };
}
