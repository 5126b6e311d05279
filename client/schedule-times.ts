import {
  type ScheduleDescription,
  ScheduleOverlapPolicy,
  type ScheduleSpec,
  type ScheduleSpecDescription,
} from '@temporalio/client';
import { Fault } from '../core/contracts/fault.ts';

/** When a schedule retrains. */
export interface ScheduleOptions {
  /** Milliseconds between two retrainings, at least a minute; or `cron`. */
  everyMs?: number;
  /** Five fields, as cron has them: `0 3 * * *`; or `everyMs`. */
  cron?: string;
  /** IANA name of the zone that `cron` is read in. Default UTC. */
  timezone?: string;
  /** Each start is put off by a random time up to so many milliseconds. Default 0. */
  jitterMs?: number;
  /** What happens at a time when the retraining before is still under way. Default `skip`. */
  overlap?: 'skip' | 'buffer-one';
  /** A time that was missed because Temporal was away is made up for within so many milliseconds. Default one hour. */
  catchUpMs?: number;
}

/** The same as Temporal has them. */
type Times = Pick<ScheduleDescription, 'policies'> & { spec: ScheduleSpec };

const NEW: Pick<ScheduleDescription, 'spec' | 'policies'> = {
  spec: {},
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: 3_600_000, pauseOnFailure: false },
};

const OVERLAP = { skip: ScheduleOverlapPolicy.SKIP, 'buffer-one': ScheduleOverlapPolicy.BUFFER_ONE } as const;

/**
 * The times of a schedule with some of them changed; an interval takes a cron expression's place, and the other way round.
 * @param before of the schedule as it is; left out for a new one.
 * @throws Fault `input` if they would make no sense.
 */
export function timesOf(options: ScheduleOptions, { spec, policies } = NEW): Times {
  const { overlap, catchUpMs } = options;
  return {
    spec: specOf(options, spec),
    policies: {
      ...policies,
      ...(overlap && { overlap: OVERLAP[overlap] }),
      ...(catchUpMs !== undefined && { catchupWindow: catchUpMs }),
    },
  };
}

function specOf({ everyMs, cron, timezone, jitterMs }: ScheduleOptions, before: ScheduleSpecDescription): ScheduleSpec {
  const { intervals = [], calendars = [], timezone: zoneBefore, ...rest } = before;
  const kept = everyMs === undefined && cron === undefined;
  const both = everyMs !== undefined && cron !== undefined;
  if (both || (kept && intervals.length + calendars.length === 0)) {
    throw new Fault(
      'input',
      'A schedule needs either an interval or a cron expression.',
      'Give one of them, not both.',
    );
  }
  const byClock = cron !== undefined || (kept && calendars.length > 0);
  if (timezone !== undefined && !byClock) {
    throw new Fault('input', 'A time zone means nothing to an interval.', 'Leave it out, or give a cron expression.');
  }
  const zone = byClock ? (timezone ?? zoneBefore) : undefined;
  return {
    ...rest,
    ...(kept && { intervals, calendars }),
    ...(everyMs !== undefined && { intervals: [{ every: everyMs }] }),
    ...(cron !== undefined && { cronExpressions: [withItself(cron)] }),
    ...(zone && { timezone: zone }),
    ...(jitterMs !== undefined && { jitter: jitterMs }),
  };
}

/** The server keeps what an expression means, and its comment: so the comment tells people what the expression was. */
function withItself(cron: string): string {
  const [expression = ''] = cron.split('#');
  return `${expression.trim()} # ${COMMENT}${expression.trim()}`;
}

const COMMENT = 'cron ';

/** The cron expression that a schedule was given by us; undefined where it has none. */
export function cronOf({ calendars = [] }: ScheduleSpecDescription): string | undefined {
  const comments = calendars.map(({ comment }) => comment?.trim() ?? '');
  return comments.find((comment) => comment.startsWith(COMMENT))?.slice(COMMENT.length);
}

/** The server reads cron expressions and zones; what it cannot read the SDK gives as a TypeError. */
export function orUnreadable(error: unknown): never {
  if (!(error instanceof TypeError)) throw error;
  throw new Fault(
    'input',
    `Temporal cannot read the times of the schedule: ${error.message}.`,
    "Give a cron expression as '0 3 * * *', and a time zone as Europe/Berlin.",
    { cause: error },
  );
}
