import type { Hone } from '../client/hone.ts';
import type { ScheduleSummary } from '../client/schedule-summary.ts';
import { Fault } from '../core/contracts/fault.ts';
import type { CreateOptions } from './commands/schedule.ts';
import type { Io } from './io.ts';
import { columns } from './output/columns.ts';
import { EXIT } from './output/failure.ts';
import { placesRead, retrainRequestOf } from './request.ts';
import { isConnected, openSession, type Session } from './session.ts';

/** Shorter intervals than this would be all retraining and no rest. */
const SHORTEST_MS = 60_000;

/** `hone schedule create` */
export async function create(name: string, options: CreateOptions, io: Io): Promise<number> {
  const { request, input } = await retrainRequestOf(options.config, io.cwd);
  const { every, cron, timezone, jitter, overlap, catchUp } = options;
  if ((every === undefined) === (cron === undefined)) {
    throw new Fault(
      'input',
      'A schedule needs --every or --cron.',
      "Give one of them: --every 1d, or --cron '0 3 * * *'.",
    );
  }
  const times = {
    ...(every === undefined ? {} : { everyMs: milliseconds('--every', every) }),
    ...(cron === undefined ? {} : { cron }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(jitter === undefined ? {} : { jitterMs: milliseconds('--jitter', jitter) }),
    catchUpMs: milliseconds('--catch-up', catchUp),
    overlap,
  };
  if (times.everyMs !== undefined && times.everyMs < SHORTEST_MS) {
    throw new Fault('input', `--every ${every} is too often.`, 'Give a minute or more.');
  }
  const grant = isConnected() ? [] : await placesRead(input);
  return withSession(
    io,
    async ({ hone, embedded }) => {
      await hone.schedules.create(name, request, times);
      const described = await hone.schedules.describe(name);
      if (options.json) {
        io.out.line(JSON.stringify(described));
        return EXIT.done;
      }
      io.out.line(`${name} retrains ${described.publishes} ${when(described)}; next ${moment(described.next[0])}`);
      if (embedded) {
        io.err.line('Hone’s own Temporal server is up only while hone is: leave `hone worker` running.');
      }
      io.err.line(`Try it   npx hone schedule trigger ${name}`);
      return EXIT.done;
    },
    grant,
  );
}

/** `hone schedule list` */
export async function list({ json }: { json?: boolean }, io: Io): Promise<number> {
  return withSession(io, async ({ hone }) => {
    const schedules = await hone.schedules.list();
    if (json) {
      io.out.line(JSON.stringify(schedules));
    } else if (schedules.length === 0) {
      io.err.line('There are no schedules yet. `hone schedule create NAME --every 1d --config run.yaml` makes one.');
    } else {
      const rows = schedules.map((schedule) => [
        schedule.name,
        schedule.publishes ?? '',
        when(schedule),
        schedule.paused ? `paused${schedule.note ? `: ${schedule.note}` : ''}` : moment(schedule.next[0]),
        moment(schedule.last),
      ]);
      for (const line of columns([['schedule', 'publishes', 'when', 'next', 'last'], ...rows])) io.out.line(line);
    }
    return EXIT.done;
  });
}

/** `hone schedule show` */
export async function show(name: string, { json }: { json?: boolean }, io: Io): Promise<number> {
  return withSession(io, async ({ hone }) => {
    const described = await hone.schedules.describe(name);
    if (json) {
      io.out.line(JSON.stringify(described));
      return EXIT.done;
    }
    const { publishes, paused, note, next, runs } = described;
    // One that Temporal's own tools made does not say what it publishes.
    io.out.line([name, 'retrains', publishes, when(described)].filter((part) => part !== undefined).join(' '));
    io.out.line(paused ? `Paused${note ? `: ${note}` : ''}` : `Next    ${next.map(moment).join(', ')}`);
    const rows = runs.map(({ startedAt, workflowId, state, decision, reason }) => [
      moment(startedAt),
      decision ?? state ?? 'forgotten',
      workflowId,
      reason ?? '',
    ]);
    for (const line of columns(rows)) io.out.line(line);
    return EXIT.done;
  });
}

/** `hone schedule trigger` */
export async function trigger(name: string, { json }: { json?: boolean }, io: Io): Promise<number> {
  return withSession(io, async ({ hone, embedded }) => {
    const workflowId = await hone.schedules.trigger(name);
    if (json) {
      io.out.line(JSON.stringify({ schedule: name, started: workflowId !== undefined, workflowId }));
    } else if (workflowId === undefined) {
      io.out.line(
        `Nothing was started: a retraining of ${name} is under way. \`hone schedule show ${name}\` names it.`,
      );
    } else {
      io.out.line(`Started: ${workflowId}`);
      if (embedded) io.err.line('It takes a `hone worker`, or this, which serves it meanwhile:');
      io.err.line(`Follow  npx hone follow ${workflowId}`);
    }
    return EXIT.done;
  });
}

const CHANGED = { pause: 'is paused', resume: 'goes on', delete: 'is deleted; what it started goes on' } as const;

/** `hone schedule pause | resume | delete` */
export async function change(
  what: keyof typeof CHANGED,
  name: string,
  { note, json }: { note?: string; json?: boolean },
  io: Io,
): Promise<number> {
  return withSession(io, async ({ hone }: { hone: Hone }) => {
    await hone.schedules[what](name, note);
    io.out.line(json ? JSON.stringify({ schedule: name, done: what }) : `${name} ${CHANGED[what]}.`);
    return EXIT.done;
  });
}

async function withSession(io: Io, work: (session: Session) => Promise<number>, grant?: string[]): Promise<number> {
  const session = await openSession({
    worker: false,
    ...(grant === undefined ? {} : { grant }),
    onStatus: (line) => io.err.line(line),
  });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

function milliseconds(flag: string, text: string): number {
  const found = /^(\d{1,6})([smhdw])$/.exec(text.trim());
  if (found && Number(found[1]) > 0) return Number(found[1]) * UNITS[found[2] as keyof typeof UNITS];
  throw new Fault('input', `${flag} ${text} is no length of time.`, 'Give one as 30m, 6h, 1d or 1w.');
}

function when({ everyMs, cron, timezone = 'UTC' }: ScheduleSummary): string {
  if (cron !== undefined) return `at '${cron}' (${timezone})`;
  if (everyMs === undefined) return '';
  const [unit, ms] = Object.entries(UNITS).findLast(([, ms]) => everyMs % ms === 0) ?? ['s', 1_000];
  return `every ${everyMs / ms}${unit}`;
}

function moment(date: Date | undefined): string {
  return date?.toLocaleString('sv-SE') ?? '–';
}
