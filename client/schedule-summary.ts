import type { Client, ScheduleDescription, ScheduleSummary as TemporalSummary } from '@temporalio/client';
import type { RunState } from './follow.ts';
import { stateOf } from './run-summary.ts';
import { cronOf } from './schedule-times.ts';

/** One line about a schedule. */
export interface ScheduleSummary {
  name: string;
  /** The published name it looks after. */
  publishes?: string;
  /** Milliseconds between two retrainings, or the cron expression. */
  everyMs?: number;
  cron?: string;
  timezone?: string;
  /** Milliseconds by which each start is put off at most; absent for none. */
  jitterMs?: number;
  paused: boolean;
  /** Why it is paused, where somebody said. */
  note?: string;
  /** Next times, soonest first; none while it is paused. */
  next: Date[];
  /** When it last started one. */
  last?: Date;
}

/** All about a schedule. */
export interface ScheduleDetails extends ScheduleSummary {
  /** What happens at a time when the retraining before is still under way: `skip`, `buffer-one`, or another of Temporal's. */
  overlap: string;
  /** Milliseconds within which a missed time is made up for. */
  catchUpMs: number;
  /** The latest retrainings it started, newest first. */
  runs: ScheduledRun[];
}

/** A retraining that a schedule started. */
export interface ScheduledRun {
  workflowId: string;
  startedAt: Date;
  /** Undefined where Temporal no longer keeps the run. */
  state?: RunState;
  /** What it decided and why, once it has. */
  decision?: string;
  reason?: string;
}

type Described = TemporalSummary | ScheduleDescription;

export function summaryOfSchedule({ scheduleId, spec, memo, state, info }: Described): ScheduleSummary {
  const { paused, note } = state;
  const { publishes } = memo ?? {};
  const cron = spec && cronOf(spec);
  const everyMs = spec?.intervals?.[0]?.every;
  const last = info.recentActions.at(-1)?.takenAt;
  return {
    name: scheduleId,
    ...(typeof publishes === 'string' ? { publishes } : {}),
    ...(cron === undefined ? {} : { cron }),
    ...(spec?.timezone ? { timezone: spec.timezone } : {}),
    ...(everyMs === undefined ? {} : { everyMs }),
    ...(spec?.jitter ? { jitterMs: spec.jitter } : {}),
    paused,
    ...(note ? { note } : {}),
    next: paused ? [] : info.nextActionTimes.slice(0, 3),
    ...(last ? { last } : {}),
  };
}

export function detailsOfSchedule(description: ScheduleDescription): Omit<ScheduleDetails, 'runs'> {
  const { overlap = 'SKIP', catchupWindow } = description.policies;
  return {
    ...summaryOfSchedule(description),
    overlap: overlap.toLowerCase().replaceAll('_', '-'),
    catchUpMs: catchupWindow,
  };
}

/** The latest first. */
export async function scheduledRuns(client: Client, { info }: ScheduleDescription): Promise<ScheduledRun[]> {
  return Promise.all(
    info.recentActions.toReversed().map(async ({ takenAt, action }) => {
      const { workflowId } = action.workflow;
      const run = await client.workflow
        .getHandle(workflowId)
        .describe()
        .catch(() => undefined);
      const { decision, reason } = run?.memo ?? {};
      return {
        workflowId,
        startedAt: takenAt,
        ...(run ? { state: stateOf(run) } : {}),
        ...(typeof decision === 'string' ? { decision } : {}),
        ...(typeof reason === 'string' ? { reason } : {}),
      };
    }),
  );
}
