import type { Client, ScheduleDescription, ScheduleSummary as TemporalSummary } from '@temporalio/client';
import type { RunState } from './follow.ts';
import { stateOf } from './run-summary.ts';

/** One line about a schedule. */
export interface ScheduleSummary {
  name: string;
  /** The published name it looks after. */
  publishes?: string;
  /** Milliseconds between two retrainings, or the cron expression. */
  everyMs?: number;
  cron?: string;
  timezone?: string;
  paused: boolean;
  /** Why it is paused, where somebody said. */
  note?: string;
  /** Next times, soonest first; none while it is paused. */
  next: Date[];
  /** When it last started one. */
  last?: Date;
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
  const { publishes, cron } = memo ?? {};
  const everyMs = spec?.intervals?.[0]?.every;
  const last = info.recentActions.at(-1)?.takenAt;
  return {
    name: scheduleId,
    ...(typeof publishes === 'string' ? { publishes } : {}),
    ...(typeof cron === 'string' ? { cron } : {}),
    ...(spec?.timezone ? { timezone: spec.timezone } : {}),
    ...(everyMs === undefined ? {} : { everyMs }),
    paused,
    ...(note ? { note } : {}),
    next: paused ? [] : info.nextActionTimes.slice(0, 3),
    ...(last ? { last } : {}),
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
