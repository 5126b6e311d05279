import type { Hone } from '../../client/hone.ts';
import type { ControlAnswer } from '../../core/contracts/control.ts';
import { t } from '../i18n/translate.ts';
import { tenantFlag } from '../input/tenant.ts';
import { EXIT } from '../output/failure.ts';
import type { Io } from '../runtime/io.ts';
import { inSession } from '../runtime/session.ts';

/** `hone pause`, `hone resume`, `hone approve`: sends a request to a run and prints its answer. */
export async function control(
  idOrName: string,
  send: (hone: Hone, workflowId: string) => Promise<ControlAnswer>,
  { json }: { json?: boolean },
  io: Io,
): Promise<number> {
  // A run needs a worker to answer; where Hone runs its own server, there may be no other worker.
  return inSession({ worker: 'control' }, io, async ({ hone, embedded }) => {
    const { workflowId } = await hone.find(idOrName);
    const answer = await send(hone, workflowId);
    io.out.line(json ? JSON.stringify({ workflowId, ...answer }) : `${workflowId}: ${t(answer.message)}`);
    // The embedded worker stops with this command; `hone follow` starts another.
    if (answer.state === 'running' && embedded) io.err.line(t(`Follow  npx hone follow ${workflowId}${tenantFlag()}`));
    return EXIT.done;
  });
}
