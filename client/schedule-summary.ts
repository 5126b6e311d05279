import {
  type Client,
  type ScheduleDescription,
  type ScheduleSummary as TemporalSummary,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { whyUnreadable } from '../core/contracts/unreadable.ts';
import type { RunState } from './follow.ts';
import { stateOf } from './run-summary.ts';
import { cronOf } from './schedule-times.ts';
import type { TenantNames } from './tenant-names.ts';

/** A schedule of retrainings, as `list` returns it. */
export interface ScheduleSummary {
  name: string;
  /** The published name that it retrains; absent if the schedule was created with Temporal's own tools. */
  publishes?: string | undefined;
  /** Why `publishes` cannot be read, if so: it is encrypted with a key that is not here, or is another program's. */
  unreadable?: string | undefined;
  /** Milliseconds between two retrainings; absent if there is a cron expression. */
  everyMs?: number | undefined;
  cron?: string | undefined;
  /** Time zone of `cron`. Absent: UTC. */
  timezone?: string | undefined;
  /** The longest random delay of a start, in milliseconds; absent for none. */
  jitterMs?: number | undefined;
  paused: boolean;
  /** Reason for the pause. */
  note?: string | undefined;
  /** The next three times, soonest first; empty while it is paused. */
  next: Date[];
  /** When it last started a retraining. */
  last?: Date | undefined;
}

/** A schedule with its policies and its latest retrainings. */
export interface ScheduleDetails extends ScheduleSummary {
  /** What happens if the previous retraining is still running: `skip`, `buffer-one`, or another policy of Temporal. */
  overlap: string;
  /** How late a missed retraining may still be started, in milliseconds. */
  catchUpMs: number;
  skipped: SkippedStarts;
  /** Its latest retrainings, newest first. */
  runs: ScheduledRun[];
}

/** Starts that a schedule left out since it was created, as Temporal counts them. */
export interface SkippedStarts {
  /** Because a retraining was still running. Those of `trigger` are among them. */
  overlap: number;
  /** Because Temporal was not there in time, nor within the catch-up time. */
  missed: number;
}

/** Whether a schedule does its work, for monitoring. */
export interface ScheduleHealth {
  name: string;
  skipped: SkippedStarts;
  /** When the oldest of its retrainings that still run was started; absent if none runs. */
  runningSince?: Date | undefined;
}

/** A retraining that was started by a schedule. */
export interface ScheduledRun {
  workflowId: string;
  startedAt: Date;
  /** Undefined if Temporal no longer stores the workflow. */
  state?: RunState | undefined;
  /** Its decision and the reason, once it has decided. */
  decision?: string | undefined;
  reason?: string | undefined;
  /** Why its decision cannot be read, if so. */
  unreadable?: string | undefined;
}

type Described = TemporalSummary | ScheduleDescription;

export function summaryOfSchedule(
  { scheduleId, spec, memo, state, info }: Described,
  names: TenantNames,
): ScheduleSummary {
  const { paused, note } = state;
  const { publishes } = memo ?? {};
  return {
    name: names.short(scheduleId),
    publishes: typeof publishes === 'string' ? publishes : undefined,
    unreadable: whyUnreadable(Object.values(memo ?? {}))?.message,
    cron: spec && cronOf(spec),
    // The SDK has an empty string or 0 where nothing is set.
    timezone: spec?.timezone || undefined,
    everyMs: spec?.intervals?.[0]?.every,
    jitterMs: spec?.jitter || undefined,
    paused,
    note: note || undefined,
    next: paused ? [] : info.nextActionTimes.slice(0, 3),
    last: info.recentActions.at(-1)?.takenAt,
  };
}

export function detailsOfSchedule(description: ScheduleDescription, names: TenantNames): Omit<ScheduleDetails, 'runs'> {
  const { overlap = 'SKIP', catchupWindow } = description.policies;
  return {
    ...summaryOfSchedule(description, names),
    overlap: overlap.toLowerCase().replaceAll('_', '-'),
    catchUpMs: catchupWindow,
    skipped: skippedStarts(description),
  };
}

export function healthOfSchedule(description: ScheduleDescription, names: TenantNames): ScheduleHealth {
  const { recentActions, runningActions } = description.info;
  const running = new Set(runningActions.map(({ workflow }) => workflow.workflowId));
  const started = recentActions.find(({ action }) => running.has(action.workflow.workflowId));
  return {
    name: names.short(description.scheduleId),
    skipped: skippedStarts(description),
    // Temporal keeps the last ten starts. A retraining that is older than those is as old as the oldest, or older.
    runningSince: running.size > 0 ? (started ?? recentActions[0])?.takenAt : undefined,
  };
}

function skippedStarts({ info }: ScheduleDescription): SkippedStarts {
  return { overlap: info.numActionsSkippedOverlap, missed: info.numActionsMissedCatchupWindow };
}

/** The retrainings that a schedule started, latest first. */
export async function scheduledRuns(client: Client, { info }: ScheduleDescription): Promise<ScheduledRun[]> {
  return Promise.all(
    info.recentActions.toReversed().map(async ({ takenAt, action }) => {
      const { workflowId } = action.workflow;
      const run = await client.workflow
        .getHandle(workflowId)
        .describe()
        .catch((error: unknown) => {
          if (error instanceof WorkflowNotFoundError) return undefined;
          throw error;
        });
      const { decision, reason } = run?.memo ?? {};
      return {
        workflowId,
        startedAt: takenAt,
        state: run && stateOf(run),
        decision: typeof decision === 'string' ? decision : undefined,
        reason: typeof reason === 'string' ? reason : undefined,
        unreadable: whyUnreadable(Object.values(run?.memo ?? {}))?.message,
      };
    }),
  );
}
