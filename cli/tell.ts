import type { Hone } from '../client/hone.ts';
import type { ControlAnswer } from '../core/contracts/control.ts';
import type { Io } from './io.ts';
import { EXIT } from './output/failure.ts';
import { openSession } from './session.ts';

/** `hone pause`, `resume`, `approve`: tells a run something, and prints what it answers. */
export async function tell(
  idOrName: string,
  say: (hone: Hone, workflowId: string) => Promise<ControlAnswer>,
  { json }: { json?: boolean },
  { out, err }: Io,
): Promise<number> {
  // It takes a worker for a run to hear anything; where hone runs Temporal itself there may be no other.
  const session = await openSession({ worker: 'control', onStatus: (line) => err.line(line) });
  try {
    const { workflowId } = await session.hone.find(idOrName);
    const answer = await say(session.hone, workflowId);
    out.line(json ? JSON.stringify({ workflowId, ...answer }) : `${workflowId}: ${answer.said}`);
    // Where hone runs Temporal itself, no worker is left once this command has ended.
    if (answer.state === 'running' && session.embedded) err.line(`Follow  npx hone follow ${workflowId}`);
    return EXIT.done;
  } finally {
    await session.close();
  }
}
