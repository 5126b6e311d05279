import { describeHold } from '../../core/run/describe-hold.ts';
import { t } from '../i18n/translate.ts';
import { tenantFlag } from '../input/tenant.ts';
import { EXIT } from '../output/failure.ts';
import { header } from '../output/header.ts';
import { stageLine } from '../output/stage-line.ts';
import type { Io } from '../runtime/io.ts';
import { inSession } from '../runtime/session.ts';
import { report } from './run.ts';
import { showQuestions } from './show-questions.ts';

export interface ShowOptions {
  questions?: boolean;
  json?: boolean;
  verbose?: boolean;
}

/** `hone show`: the result of a run that has ended, or the stages of a running one. */
export async function show(idOrName: string, options: ShowOptions, io: Io): Promise<number> {
  return inSession({ worker: false }, io, async (session) => {
    const { hone, temporal } = session;
    const { workflowId, state, startedAt } = await hone.find(idOrName);
    if (options.questions) return await showQuestions(hone, workflowId, options, io);
    if (state !== 'running') return await report(session, { workflowId, state }, options, io);
    const progress = await hone.progress(workflowId);
    if (options.json) {
      io.out.line(JSON.stringify({ workflowId, startedAt, ...progress }));
      return EXIT.done;
    }
    const { columns, style } = io.out;
    const hasProgress = progress.stages.length > 0;
    io.out.line(
      hasProgress
        ? header(progress, temporal, false)
        : t(`${workflowId}, started ${startedAt.toLocaleString('sv-SE')}`),
    );
    for (const stage of progress.stages) {
      if (stage.state !== 'skipped') io.out.line(stageLine(stage, { columns, style, bar: false }).trimEnd());
    }
    if (progress.hold) io.out.line(t(describeHold(progress.hold, workflowId)));
    else if (progress.notice) io.out.line(t(progress.notice));
    else if (!hasProgress) io.out.line(t('No worker has answered; the run waits for one.'));
    io.out.line(t(`Follow  npx hone follow ${workflowId}${tenantFlag()}`));
    return EXIT.done;
  });
}
