import { t } from '../i18n/translate.ts';
import { tenantFlag } from '../input/tenant.ts';
import { columns } from '../output/columns.ts';
import { EXIT } from '../output/failure.ts';
import { headline, leftOut, moment, policies, when } from '../output/schedule.ts';
import type { Io } from '../runtime/io.ts';
import { inSession } from '../runtime/session.ts';

/** These commands only talk to the Temporal server. */
const WITHOUT_WORKER = { worker: false } as const;

/** `hone schedule list`: one line per schedule. */
export async function list({ json }: { json?: boolean }, io: Io): Promise<number> {
  return inSession(WITHOUT_WORKER, io, async ({ hone }) => {
    const schedules = await hone.schedules.list();
    if (json) {
      io.out.line(JSON.stringify(schedules));
    } else if (schedules.length === 0) {
      io.err.line(
        t('There are no schedules yet. `hone schedule create NAME --every 1d --config run.yaml` creates one.'),
      );
    } else {
      const rows = schedules.map((schedule) => [
        schedule.name,
        schedule.publishes ?? t(schedule.unreadable ?? ''),
        t(when(schedule)),
        schedule.paused ? t(`paused${schedule.note ? `: ${schedule.note}` : ''}`) : moment(schedule.next[0]),
        moment(schedule.last),
      ]);
      for (const line of columns([['schedule', 'publishes', 'when', 'next', 'last'].map(t), ...rows]))
        io.out.line(line);
    }
    return EXIT.done;
  });
}

/** `hone schedule show`: one schedule and its last retrainings. */
export async function show(name: string, { json }: { json?: boolean }, io: Io): Promise<number> {
  return inSession(WITHOUT_WORKER, io, async ({ hone }) => {
    const described = await hone.schedules.describe(name);
    if (json) {
      io.out.line(JSON.stringify(described));
      return EXIT.done;
    }
    const { paused, note, next, runs } = described;
    io.out.line(t(headline(described)));
    io.out.line(t(paused ? `Paused${note ? `: ${note}` : ''}` : `Next    ${next.map(moment).join(', ')}`));
    io.out.line(t(`Policy  ${policies(described)}`));
    for (const line of leftOut(described)) io.out.line(t(line));
    const rows = runs.map(({ startedAt, workflowId, state, decision, reason, unreadable }) => [
      moment(startedAt),
      t(decision ?? state ?? 'no longer stored'),
      workflowId,
      t(reason ?? unreadable ?? ''),
    ]);
    for (const line of columns(rows)) io.out.line(line);
    return EXIT.done;
  });
}

/** `hone schedule trigger`: starts a retraining now. */
export async function trigger(name: string, { json }: { json?: boolean }, io: Io): Promise<number> {
  return inSession(WITHOUT_WORKER, io, async ({ hone, embedded }) => {
    const workflowId = await hone.schedules.trigger(name);
    if (json) {
      io.out.line(JSON.stringify({ schedule: name, started: workflowId !== undefined, workflowId }));
    } else if (workflowId === undefined) {
      io.out.line(
        t(
          `Nothing was started: a retraining of schedule ${name} is already running. \`hone schedule show ${name}\` lists it.`,
        ),
      );
    } else {
      io.out.line(t(`Started: ${workflowId}`));
      if (embedded) io.err.line(t('It needs a worker: keep `hone worker` running, or follow it.'));
      io.err.line(t(`Follow  npx hone follow ${workflowId}${tenantFlag()}`));
    }
    return EXIT.done;
  });
}

const DONE = {
  pause: 'is paused',
  resume: 'is resumed',
  delete: 'is deleted; a retraining that it started continues',
} as const;

/** `hone schedule pause`, `resume` and `delete`. */
export async function change(
  action: keyof typeof DONE,
  name: string,
  { note, json }: { note?: string; json?: boolean },
  io: Io,
): Promise<number> {
  return inSession(WITHOUT_WORKER, io, async ({ hone }) => {
    await hone.schedules[action](name, note);
    io.out.line(json ? JSON.stringify({ schedule: name, done: action }) : t(`${name} ${DONE[action]}.`));
    return EXIT.done;
  });
}
