import type { RunState } from '../../client/follow.ts';
import type { Hone } from '../../client/hone.ts';
import { EXIT } from '../output/failure.ts';
import type { Io } from '../runtime/io.ts';
import { inSession } from '../runtime/session.ts';

/** A running step hears of it with its next heartbeat and checkpoints first; one whose worker is dead is given up after a minute. */
const PATIENCE_MS = 90_000;

/** `hone cancel`: asks a run to stop and waits until it has. */
export async function cancel(idOrName: string, { json }: { json?: boolean }, io: Io): Promise<number> {
  // It takes a worker to stop a run; where hone runs Temporal itself there may be no other.
  return inSession({ worker: 'control' }, io, async ({ hone }) => {
    const { workflowId, state } = await hone.find(idOrName);
    const print = (state: string, message: string) =>
      io.out.line(json ? JSON.stringify({ workflowId, state, message }) : `${workflowId} ${message}`);
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

/** What became of a run that was asked to stop, from the state in which it was last seen; a word, and words for people. */
export function outcome(last: RunState): [state: string, message: string] {
  if (last === 'running') return ['requested', 'has been asked to stop, and will as soon as a worker hears of it.'];
  if (last === 'cancelled') return [last, 'is cancelled. What it had finished is kept.'];
  return [last, `has ended by itself: ${last}.`];
}

async function lastState(hone: Hone, workflowId: string): Promise<RunState> {
  let last: RunState = 'running';
  for await (const { state } of hone.follow(workflowId, { signal: AbortSignal.timeout(PATIENCE_MS) })) last = state;
  return last;
}
