import type { Hone } from '../../client/hone.ts';
import type { ControlAnswer } from '../../core/contracts/control.ts';
import { EXIT } from '../output/failure.ts';
import type { Io } from '../runtime/io.ts';
import { inSession } from '../runtime/session.ts';

/** `hone pause`, `resume`, `approve`: tells a run something, and prints what it answers. */
export async function tell(
  idOrName: string,
  say: (hone: Hone, workflowId: string) => Promise<ControlAnswer>,
  { json }: { json?: boolean },
  io: Io,
): Promise<number> {
  // It takes a worker for a run to hear anything; where hone runs Temporal itself there may be no other.
  return inSession({ worker: 'control' }, io, async ({ hone, embedded }) => {
    const { workflowId } = await hone.find(idOrName);
    const answer = await say(hone, workflowId);
    io.out.line(json ? JSON.stringify({ workflowId, ...answer }) : `${workflowId}: ${answer.message}`);
    // Where hone runs Temporal itself, no worker is left once this command has ended.
    if (answer.state === 'running' && embedded) io.err.line(`Follow  npx hone follow ${workflowId}`);
    return EXIT.done;
  });
}
