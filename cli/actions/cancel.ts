import type { RunState } from '../../client/follow.ts';
import type { Hone } from '../../client/hone.ts';
import { t } from '../i18n/translate.ts';
import { EXIT } from '../output/failure.ts';
import type { Io } from '../runtime/io.ts';
import { inSession } from '../runtime/session.ts';

/**
 * How long to wait for the run to stop. A running step receives the cancellation with its next heartbeat and
 * checkpoints first; one whose worker is dead times out after a minute.
 */
const TIMEOUT_MS = 90_000;

/** `hone cancel`: asks a run to stop and waits until it has stopped. */
export async function cancel(idOrName: string, { json }: { json?: boolean }, io: Io): Promise<number> {
  // A run needs a worker to stop; where Hone runs its own server, there may be no other worker.
  return inSession({ worker: 'control' }, io, async ({ hone }) => {
    const { workflowId, state } = await hone.find(idOrName);
    const print = (state: string, message: string) =>
      io.out.line(json ? JSON.stringify({ workflowId, state, message }) : t(`${workflowId} ${message}`));
    if (state !== 'running') {
      print(state, `has ended already: ${state}.`);
      return EXIT.done;
    }
    await hone.cancel(workflowId);
    const [ended, message] = outcome(await lastState(hone, workflowId));
    print(ended, message);
    return EXIT.done;
  });
}

/** The outcome of a cancellation, from the last state of the run: as a word, and as the rest of a sentence. */
export function outcome(last: RunState): [state: string, message: string] {
  if (last === 'running') return ['requested', 'has been asked to stop, and stops as soon as a worker is available.'];
  if (last === 'cancelled') return [last, 'is cancelled. Its finished work is kept.'];
  return [last, `had ended before it could be cancelled: ${last}.`];
}

async function lastState(hone: Hone, workflowId: string): Promise<RunState> {
  let last: RunState = 'running';
  for await (const { state } of hone.follow(workflowId, { signal: AbortSignal.timeout(TIMEOUT_MS) })) last = state;
  return last;
}
