import type { ScheduleOptions } from '../../client/schedule-times.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { t } from '../i18n/translate.ts';
import { lengthOfTime, milliseconds } from '../input/length-of-time.ts';
import { grantsFor } from '../input/places.ts';
import { retrainRequestOf } from '../input/request.ts';
import { tenantFlag } from '../input/tenant.ts';
import { EXIT } from '../output/failure.ts';
import { headline, moment } from '../output/schedule.ts';
import type { Io } from '../runtime/io.ts';
import { inSession, type Session } from '../runtime/session.ts';

export interface TimeOptions {
  every?: string;
  cron?: string;
  timezone?: string;
  jitter?: string;
  overlap?: 'skip' | 'buffer-one';
  catchUp?: string;
  json?: boolean;
}

export type CreateOptions = TimeOptions & { config: string };

export type UpdateOptions = TimeOptions & { config?: string };

/** The shortest interval between two retrainings. */
const SHORTEST_MS = 60_000;

/** `hone schedule create`: creates a schedule and prints it. */
export async function create(name: string, options: CreateOptions, io: Io): Promise<number> {
  const checked = await retrainRequestOf(options.config, io.cwd);
  const times = timesOf(options);
  if (times.everyMs === undefined && times.cron === undefined) throw eitherEveryOrCron();
  const grant = await grantsFor(checked.input);
  return inSession({ worker: false, grant }, io, async (session) => {
    await session.hone.schedules.create(name, checked, times);
    return printSchedule(session, name, options, io);
  });
}

/** `hone schedule update`: changes what is given and prints the schedule. */
export async function update(name: string, options: UpdateOptions, io: Io): Promise<number> {
  const { config } = options;
  const times = timesOf(options);
  if (config === undefined && Object.values(times).every((value) => value === undefined)) {
    const advice = '`hone schedule update --help` lists the options.';
    throw new Fault('input', `No option was given that changes schedule ${name}.`, advice);
  }
  const request = config === undefined ? undefined : await retrainRequestOf(config, io.cwd);
  const grant = request && (await grantsFor(request.input));
  return inSession({ worker: false, grant }, io, async (session) => {
    await session.hone.schedules.update(name, { ...times, request });
    return printSchedule(session, name, options, io);
  });
}

async function printSchedule(
  { hone, embedded }: Session,
  name: string,
  { json }: { json?: boolean },
  io: Io,
): Promise<number> {
  const described = await hone.schedules.describe(name);
  if (json) {
    io.out.line(JSON.stringify(described));
    return EXIT.done;
  }
  io.out.line(t(`${headline(described)}; ${described.paused ? 'paused' : `next ${moment(described.next[0])}`}`));
  if (embedded) io.err.line(t('Keep `hone worker` running: without it, Hone’s own Temporal server is stopped.'));
  io.err.line(t(`Try it  npx hone schedule trigger ${name}${tenantFlag()}`));
  return EXIT.done;
}

function timesOf({ every, cron, timezone, jitter, overlap, catchUp }: TimeOptions): ScheduleOptions {
  if (every !== undefined && cron !== undefined) throw eitherEveryOrCron();
  const everyMs = every === undefined ? undefined : milliseconds('--every', every);
  if (everyMs !== undefined && everyMs < SHORTEST_MS) {
    throw new Fault('input', `--every ${every} is too short.`, `Give ${lengthOfTime(SHORTEST_MS)} or more.`);
  }
  return {
    everyMs,
    cron,
    timezone,
    jitterMs: jitter === undefined ? undefined : milliseconds('--jitter', jitter, 0),
    overlap,
    catchUpMs: catchUp === undefined ? undefined : milliseconds('--catch-up', catchUp),
  };
}

function eitherEveryOrCron(): Fault {
  return new Fault(
    'input',
    'A schedule takes either --every or --cron.',
    "Give one of them: --every 1d, or --cron '0 3 * * *'.",
  );
}
