import type { RunState } from '../../client/follow.ts';
import type { Hone } from '../../client/hone.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { Cost } from '../../core/contracts/spending.ts';
import { t } from '../i18n/translate.ts';
import { grantsFor } from '../input/places.ts';
import { type RunFlags, requestOf, retrainRequestOf } from '../input/request.ts';
import { tenantFlag } from '../input/tenant.ts';
import { EXIT, type FailureOptions, failureJson, failureLines } from '../output/failure.ts';
import { progressView } from '../output/progress-view.ts';
import { describeCost, resultLines } from '../output/result.ts';
import { resultJson } from '../output/result-json.ts';
import { retrainJson, retrainLines } from '../output/retrain-result.ts';
import { followInBackground } from '../runtime/background.ts';
import { interruptible } from '../runtime/interrupt.ts';
import type { Io } from '../runtime/io.ts';
import { openSession, type Session } from '../runtime/session.ts';

interface Options {
  store?: string;
  json?: boolean;
  verbose?: boolean;
}

export interface RunOptions extends RunFlags, Options {
  detach?: boolean;
}

export interface RetrainOptions extends Options {
  config: string;
  detach?: boolean;
}

/** `hone run`: starts a run, or attaches to it, and follows it to its end. */
export async function run(documents: string[], options: RunOptions, io: Io): Promise<number> {
  const checked = await requestOf(documents, options, io.cwd);
  const grant = await grantsFor(checked.input);
  const start = async ({ hone }: Session) => {
    const { workflowId, attached } = await hone.start(checked);
    return { workflowId, resumed: attached };
  };
  if (options.detach) return detach(start, { ...options, grant }, io);
  return followToEnd(start, { ...options, grant }, io);
}

/** `hone retrain`: starts a retraining, or attaches to it, and follows it to its end. */
export async function retrain(options: RetrainOptions, io: Io): Promise<number> {
  const checked = await retrainRequestOf(options.config, io.cwd);
  const grant = await grantsFor(checked.input);
  const start = async ({ hone }: Session) => {
    const { workflowId, attached } = await hone.retrain(checked);
    return { workflowId, resumed: attached };
  };
  if (options.detach) return detach(start, { ...options, grant }, io);
  return followToEnd(start, { ...options, grant }, io);
}

/** `hone follow`: follows an existing run to its end. */
export async function follow(idOrName: string, options: Options, io: Io): Promise<number> {
  const find = async ({ hone }: Session) => {
    const { workflowId, state } = await hone.find(idOrName);
    return { workflowId, resumed: state === 'running' };
  };
  return followToEnd(find, options, io);
}

/** Starts or finds the workflow to follow. `resumed`: it was running before this command. */
type Begin = (session: Session) => Promise<{ workflowId: string; resumed: boolean }>;

/** What to do when following a workflow ends; each function returns the exit code. */
export interface Endings {
  /** What Ctrl-C does, as a line for the screen. */
  interrupting(session: Session): string;
  interrupted(session: Session, workflowId: string, options: Options, io: Io): Promise<number> | number;
  report(session: Session, ended: Ended, options: Options, io: Io): Promise<number>;
}

export interface Ended {
  workflowId: string;
  state: RunState;
}

const OF_A_RUN: Endings = {
  interrupting: ({ embedded }) =>
    embedded ? 'Ctrl-C interrupts the run; the same command continues it' : 'Ctrl-C stops following; the run continues',
  interrupted,
  report,
};

/** Follows a workflow until it ends or the user interrupts. */
export async function followToEnd(
  begin: Begin,
  options: Options & { grant?: string[] },
  io: Io,
  endings: Endings = OF_A_RUN,
): Promise<number> {
  const { grant, store } = options;
  const interrupt = interruptible();
  const view = progressView(io.err);
  let session: Session | undefined;
  try {
    session = await openSession({ worker: true, grant, store, onStatus: (line) => view.status(line) });
    if (interrupt.signal.aborted) {
      view.close();
      io.err.line(t('Interrupted before anything was started.'));
      return EXIT.interrupted;
    }
    const { workflowId, resumed } = await begin(session);
    const { temporal } = session;
    view.attach({ workflowId, temporal, resumed, interrupting: endings.interrupting(session) });
    let state: RunState = 'running';
    for await (const followed of session.hone.follow(workflowId, { signal: interrupt.signal })) {
      view.update(followed);
      state = followed.state;
    }
    view.close();
    if (state === 'running') return await endings.interrupted(session, workflowId, options, io);
    return await endings.report(session, { workflowId, state }, options, io);
  } finally {
    view.close();
    await session?.close();
    interrupt.dispose();
  }
}

async function detach(begin: Begin, options: Options & { grant: string[] }, io: Io): Promise<number> {
  const { grant, store, json } = options;
  const session = await openSession({ worker: false, grant, store, onStatus: (line) => io.err.line(t(line)) });
  let started: Awaited<ReturnType<Begin>>;
  try {
    started = await begin(session);
  } finally {
    await session.close();
  }
  const { workflowId, resumed } = started;
  const log = session.embedded ? await followInBackground(workflowId, store) : undefined;
  if (json) {
    io.out.line(JSON.stringify({ workflowId, attached: resumed, log }));
  } else {
    io.out.line(t(`${resumed ? 'Already running' : 'Started'}: ${workflowId}`));
    if (log !== undefined) io.err.line(t(`The run continues in the background; its output is in ${log}`));
    io.err.line(t(`Follow  npx hone follow ${workflowId}${tenantFlag()}`));
  }
  return EXIT.done;
}

function interrupted({ embedded }: Session, workflowId: string, { json }: Options, io: Io): number {
  io.err.line('');
  io.err.line(
    t(
      embedded
        ? 'Interrupted; shutting down. Finished work is kept. (Press Ctrl-C again to exit at once.)'
        : 'No longer following; the run continues.',
    ),
  );
  io.err.line(t(`${embedded ? 'Continue' : 'Follow  '}  npx hone follow ${workflowId}${tenantFlag()}`));
  if (json) io.out.line(JSON.stringify({ workflowId, state: 'running' }));
  return EXIT.interrupted;
}

/** The part of the client that `report` reads from. */
export type ReportSource = Pick<Hone, 'describe' | 'result' | 'retrained'>;

/** Prints the result of a run or retraining that has ended. @returns the exit code. */
export async function report(
  { hone }: { hone: ReportSource },
  { workflowId, state }: Ended,
  { json, verbose = false }: Options,
  io: Io,
): Promise<number> {
  const print = (lines: (style: Io['err']['style']) => string[], result: object) => {
    const page = json ? io.err : io.out;
    for (const line of ['', ...lines(page.style)]) page.line(line);
    if (json) io.out.line(JSON.stringify(result));
  };
  try {
    if ((await hone.describe(workflowId)).kind === 'retrain') {
      const result = await hone.retrained(workflowId);
      print((style) => retrainLines(result, workflowId, io.cwd, style), retrainJson(workflowId, result));
      return result.decision === 'refused' ? EXIT.refused : EXIT.done;
    }
    const result = await hone.result(workflowId);
    print((style) => resultLines(result, workflowId, io.cwd, style), resultJson(workflowId, result));
    return result.published && !result.published.promoted ? EXIT.refused : EXIT.done;
  } catch (error) {
    const details = verbose ? undefined : `npx hone show ${workflowId}${tenantFlag()} --verbose`;
    await printFailure(hone, error, { workflowId, state, verbose, json, details }, io);
    return error instanceof Fault && error.kind === 'refused' ? EXIT.refused : EXIT.failed;
  }
}

interface Failed extends Ended, FailureOptions {
  json?: boolean | undefined;
}

/** Prints why a run has no result, and what it has paid all the same. */
export async function printFailure(
  hone: Pick<Hone, 'describe'>,
  error: unknown,
  { workflowId, state, json, ...options }: Failed,
  io: Io,
): Promise<void> {
  // The error is what matters, also of a run that can no longer be described.
  const { cost } = await hone.describe(workflowId).catch((): { cost?: Cost } => ({}));
  for (const line of failureLines(error, options, io.err.style)) io.err.line(line);
  if (cost) io.err.line(t(`      Cost    ${describeCost(cost)}`));
  // A run that is done but whose result cannot be read counts as failed.
  const ended = state === 'cancelled' ? state : 'failed';
  if (json) io.out.line(JSON.stringify({ workflowId, state: ended, error: failureJson(error), cost }));
}
