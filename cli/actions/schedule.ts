import { columns } from '../output/columns.ts';
import { EXIT } from '../output/failure.ts';
import { headline, moment, policies, when } from '../output/schedule.ts';
import type { Io } from '../runtime/io.ts';
import { inSession } from '../runtime/session.ts';

/** No run is served meanwhile. */
const LOOKS = { worker: false } as const;

/** `hone schedule list` */
export async function list({ json }: { json?: boolean }, io: Io): Promise<number> {
  return inSession(LOOKS, io, async ({ hone }) => {
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
  return inSession(LOOKS, io, async ({ hone }) => {
    const described = await hone.schedules.describe(name);
    if (json) {
      io.out.line(JSON.stringify(described));
      return EXIT.done;
    }
    const { paused, note, next, runs } = described;
    io.out.line(headline(described));
    io.out.line(paused ? `Paused${note ? `: ${note}` : ''}` : `Next    ${next.map(moment).join(', ')}`);
    io.out.line(`Policy  ${policies(described)}`);
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
  return inSession(LOOKS, io, async ({ hone, embedded }) => {
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
  return inSession(LOOKS, io, async ({ hone }) => {
    await hone.schedules[what](name, note);
    io.out.line(json ? JSON.stringify({ schedule: name, done: what }) : `${name} ${CHANGED[what]}.`);
    return EXIT.done;
  });
}
