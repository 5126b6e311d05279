import {
  type ScheduleDescription,
  ScheduleOverlapPolicy,
  type ScheduleSpec,
  type ScheduleSpecDescription,
} from '@temporalio/client';
import { Fault } from '../core/contracts/fault.ts';

/** When a schedule retrains. Give either `everyMs` or `cron`. */
export interface ScheduleOptions {
  /** Milliseconds between two retrainings, at least a minute. */
  everyMs?: number | undefined;
  /** A cron expression with five fields: `0 3 * * *`. */
  cron?: string | undefined;
  /** IANA name of the time zone of `cron`. Default: UTC. */
  timezone?: string | undefined;
  /** The longest random delay of a start, in milliseconds. Default: 0. */
  jitterMs?: number | undefined;
  /** If the previous retraining is still running: skip one, or start one afterwards. Default: `skip`. */
  overlap?: 'skip' | 'buffer-one' | undefined;
  /** How late a retraining that was missed may still be started, in milliseconds. Default: one hour. */
  catchUpMs?: number | undefined;
}

/** Times and policies of an existing schedule, as Temporal describes them. */
export type DescribedTimes = Pick<ScheduleDescription, 'spec' | 'policies'>;

/** Times and policies of a schedule, as Temporal takes them. */
type Times = Pick<ScheduleDescription, 'policies'> & { spec: ScheduleSpec };

const NEW: DescribedTimes = {
  spec: {},
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: 3_600_000, pauseOnFailure: false },
};

const OVERLAP = { skip: ScheduleOverlapPolicy.SKIP, 'buffer-one': ScheduleOverlapPolicy.BUFFER_ONE } as const;

/**
 * Converts options to Temporal's terms. Options that are not given stay as they were. An interval replaces a cron
 * expression, and the other way round.
 * @param before The existing schedule; absent for a new one.
 * @throws Fault `input` if there is neither an interval nor a cron expression, or both, or a time zone for an interval.
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
  const isKept = everyMs === undefined && cron === undefined;
  const hasBoth = everyMs !== undefined && cron !== undefined;
  if (hasBoth || (isKept && intervals.length + calendars.length === 0)) {
    throw new Fault(
      'input',
      'A schedule needs either an interval or a cron expression.',
      'Give one of them, not both.',
    );
  }
  const hasCron = cron !== undefined || (isKept && calendars.length > 0);
  if (timezone !== undefined && !hasCron) {
    throw new Fault(
      'input',
      'A time zone applies only to a cron expression.',
      'Leave it out, or give a cron expression.',
    );
  }
  const zone = hasCron ? (timezone ?? zoneBefore) : undefined;
  return {
    ...rest,
    ...(isKept && { intervals, calendars }),
    ...(everyMs !== undefined && { intervals: [{ every: everyMs }] }),
    ...(cron !== undefined && { cronExpressions: [withComment(cron)] }),
    ...(zone && { timezone: zone }),
    ...(jitterMs !== undefined && { jitter: jitterMs }),
  };
}

const COMMENT = 'cron ';

/**
 * A cron expression with itself as its comment. The server stores only the calendar that an expression stands for, and
 * its comment; `cronOf` reads the expression from there.
 */
function withComment(cron: string): string {
  const [expression = ''] = cron.split('#');
  return `${expression.trim()} # ${COMMENT}${expression.trim()}`;
}

/** The cron expression that a schedule was created with; undefined if it has none or was created by other tools. */
export function cronOf({ calendars = [] }: ScheduleSpecDescription): string | undefined {
  const comments = calendars.map(({ comment }) => comment?.trim() ?? '');
  return comments.find((comment) => comment.startsWith(COMMENT))?.slice(COMMENT.length);
}

/** Cron expressions and time zones are parsed by the server; if it refuses them, the SDK throws a TypeError. */
export function throwTimesFault(error: unknown): never {
  if (!(error instanceof TypeError)) throw error;
  throw new Fault(
    'input',
    `Temporal refuses the times of the schedule: ${error.message}.`,
    "Give a cron expression such as '0 3 * * *', and a time zone such as Europe/Berlin.",
    { cause: error },
  );
}
