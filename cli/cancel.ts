import type { Hone } from '../client/hone.ts';
import type { Io } from './io.ts';
import { EXIT } from './output/failure.ts';
import { openSession } from './session.ts';

/** A running step hears of it with its next heartbeat and checkpoints first; one whose worker is dead is given up after a minute. */
const PATIENCE_MS = 90_000;

/** `hone cancel`: asks a run to stop and waits until it has. */
export async function cancel(idOrName: string, { json }: { json?: boolean }, { out, err }: Io): Promise<number> {
  // It takes a worker to stop a run; where hone runs Temporal itself there may be no other.
  const session = await openSession({ worker: 'control', onStatus: (line) => err.line(line) });
  try {
    const { workflowId, state } = await session.hone.find(idOrName);
    const say = (state: string, said: string) =>
      out.line(json ? JSON.stringify({ workflowId, state, said }) : `${workflowId} ${said}`);
    if (state !== 'running') {
      say(state, `has ended already: ${state}.`);
      return EXIT.done;
    }
    await session.hone.cancel(workflowId);
    if (await waitUntilEnded(session.hone, workflowId)) say('cancelled', 'is cancelled. What it had finished is kept.');
    else say('asked', 'has been asked to stop, and will as soon as a worker hears of it.');
    return EXIT.done;
  } finally {
    await session.close();
  }
}

async function waitUntilEnded(hone: Hone, workflowId: string): Promise<boolean> {
  for await (const { state } of hone.follow(workflowId, { signal: AbortSignal.timeout(PATIENCE_MS) })) {
    if (state !== 'running') return true;
  }
  return false;
}
