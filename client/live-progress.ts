import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { LoadedDataConverter } from '@temporalio/common';
import {
  decodeArrayFromPayloads,
  decodeOptionalFailureToOptionalError,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import { z } from 'zod';
import { type Progress, STAGE_NAMES, type StageName, StageProgress } from '../core/contracts/progress.ts';

/** Progress of a running stage: the first heartbeat detail of an activity, or what a child workflow answers. */
export const LiveProgress = z.object({ stage: z.enum(STAGE_NAMES), progress: StageProgress });
export type LiveProgress = z.infer<typeof LiveProgress>;

/** An activity that has not ended. */
export interface PendingActivity {
  /** Unique among all activities of the run and its child workflows. */
  id: string;
  /** Activity type: `train`. */
  name: string;
  /** No worker has taken it, or it waits for its next attempt. */
  waiting: boolean;
  /** Number of the attempt, from 1. */
  attempt: number;
  heartbeat?: LiveProgress | undefined;
  /** Why the previous attempt failed. */
  lastFailure?: string | undefined;
}

// temporal.api.enums.v1.PendingActivityState, which the SDK passes on as a number.
const SCHEDULED = 1;

/** The part of a workflow description that pending activities are read from. */
export interface DescribedActivities extends Pick<WorkflowExecutionDescription, 'workflowId' | 'runId'> {
  raw: Pick<WorkflowExecutionDescription['raw'], 'pendingActivities'>;
}

/** Reads the pending activities of a workflow description. A heartbeat of another shape is left out. */
export async function pendingActivities(
  { raw, workflowId, runId }: DescribedActivities,
  converter: LoadedDataConverter,
): Promise<PendingActivity[]> {
  return Promise.all(
    (raw.pendingActivities ?? []).map(async (activity) => {
      const details = activity.heartbeatDetails?.payloads;
      const [first] = details?.length ? await decodeArrayFromPayloads(converter, details) : [];
      const heartbeat = LiveProgress.safeParse(first);
      const failure = await decodeOptionalFailureToOptionalError(converter, activity.lastFailure);
      return {
        id: [workflowId, runId, activity.activityId].join('/'),
        name: activity.activityType?.name ?? 'activity',
        waiting: activity.state === SCHEDULED,
        attempt: activity.attempt ?? 1,
        // While an activity waits for its next attempt, the server still has the heartbeat of the one that died.
        heartbeat: activity.state === SCHEDULED ? undefined : heartbeat.data,
        lastFailure: failure?.message,
      };
    }),
  );
}

/** Adds live progress to the stages that are running according to the workflow. */
export function withLiveProgress(progress: Progress, live: readonly LiveProgress[]): Progress {
  const byStage = new Map<StageName, StageProgress>(live.map(({ stage, progress }) => [stage, progress]));
  return {
    ...progress,
    stages: progress.stages.map((stage) => {
      const latest = stage.state === 'running' ? byStage.get(stage.name) : undefined;
      return latest === undefined ? stage : { ...stage, progress: latest };
    }),
  };
}
