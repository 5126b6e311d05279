import type { ScheduleOptions } from '../../client/schedule-times.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { lengthOfTime, milliseconds } from '../input/length-of-time.ts';
import { placesRead, retrainRequestOf } from '../input/request.ts';
import { EXIT } from '../output/failure.ts';
import { headline, moment } from '../output/schedule.ts';
import type { Io } from '../runtime/io.ts';
import { inSession, isConnected, type Session } from '../runtime/session.ts';

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

/** Shorter intervals than this would be all retraining and no rest. */
const SHORTEST_MS = 60_000;

/** `hone schedule create` */
export async function create(name: string, options: CreateOptions, io: Io): Promise<number> {
  const request = await retrainRequestOf(options.config, io.cwd);
  const times = timesOf(options);
  if (times.everyMs === undefined && times.cron === undefined) throw oneOfBoth();
  const grant = isConnected() ? [] : await placesRead(request.input);
  return inSession({ worker: false, grant }, io, async (session) => {
    await session.hone.schedules.create(name, request, times);
    return said(session, name, options, io);
  });
}

/** `hone schedule update` */
export async function update(name: string, options: UpdateOptions, io: Io): Promise<number> {
  const { config } = options;
  const times = timesOf(options);
  if (config === undefined && Object.keys(times).length === 0) {
    const advice = '`hone schedule update --help` lists what may be changed.';
    throw new Fault('input', `Nothing was given that is to change in ${name}.`, advice);
  }
  const changed = config === undefined ? undefined : await retrainRequestOf(config, io.cwd);
  const grant = changed === undefined || isConnected() ? [] : await placesRead(changed.input);
  return inSession({ worker: false, grant }, io, async (session) => {
    await session.hone.schedules.update(name, { ...times, ...(changed && { request: changed }) });
    return said(session, name, options, io);
  });
}

/** Says what the schedule is now. */
async function said({ hone, embedded }: Session, name: string, { json }: { json?: boolean }, io: Io): Promise<number> {
  const described = await hone.schedules.describe(name);
  if (json) {
    io.out.line(JSON.stringify(described));
    return EXIT.done;
  }
  io.out.line(`${headline(described)}; ${described.paused ? 'paused' : `next ${moment(described.next[0])}`}`);
  if (embedded) io.err.line('Hone’s own Temporal server is up only while hone is: leave `hone worker` running.');
  io.err.line(`Try it   npx hone schedule trigger ${name}`);
  return EXIT.done;
}

function timesOf({ every, cron, timezone, jitter, overlap, catchUp }: TimeOptions): ScheduleOptions {
  if (every !== undefined && cron !== undefined) throw oneOfBoth();
  const everyMs = every === undefined ? undefined : milliseconds('--every', every);
  if (everyMs !== undefined && everyMs < SHORTEST_MS) {
    throw new Fault('input', `--every ${every} is too often.`, `Give ${lengthOfTime(SHORTEST_MS)} or more.`);
  }
  return {
    ...(everyMs === undefined ? {} : { everyMs }),
    ...(cron === undefined ? {} : { cron }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(jitter === undefined ? {} : { jitterMs: milliseconds('--jitter', jitter, 0) }),
    ...(overlap === undefined ? {} : { overlap }),
    ...(catchUp === undefined ? {} : { catchUpMs: milliseconds('--catch-up', catchUp) }),
  };
}

function oneOfBoth(): Fault {
  return new Fault(
    'input',
    'A schedule needs --every or --cron.',
    "Give one of them: --every 1d, or --cron '0 3 * * *'.",
  );
}
