import { Fault } from '../../core/contracts/fault.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { t } from '../i18n/translate.ts';
import { grantsFor } from '../input/places.ts';
import { type RunFlags, requestOf } from '../input/request.ts';
import { estimateLines } from '../output/estimate.ts';
import { estimateRemarks } from '../output/estimate-remarks.ts';
import { EXIT } from '../output/failure.ts';
import type { Io } from '../runtime/io.ts';
import { type Endings, followToEnd, printFailure } from './run.ts';

export interface EstimateFlags extends RunFlags {
  pilot: boolean;
  pilotQuestions?: number;
  store?: string;
  json?: boolean;
  verbose?: boolean;
}

/** `hone estimate`: estimates what a run with the same options needs. */
export async function estimate(documents: string[], flags: EstimateFlags, io: Io): Promise<number> {
  const { pilot, pilotQuestions = 0 } = flags;
  if (!Number.isInteger(pilotQuestions) || pilotQuestions < 0) {
    throw new Fault('input', `--pilot-questions is ${pilotQuestions}.`, 'Give a whole number, for example 20.');
  }
  const checked = await requestOf(documents, flags, io.cwd);
  const grant = await grantsFor(checked.input);
  return followToEnd(
    async ({ hone }) => {
      const { workflowId, attached } = await hone.startEstimate(checked, { pilot, pilotQuestions });
      return { workflowId, resumed: attached };
    },
    { ...flags, grant },
    io,
    ofAnEstimate(checked.input, pilot),
  );
}

/** Nobody but this command uses the estimate, so interrupting the command cancels it. */
function ofAnEstimate(input: RunInput, pilot: boolean): Endings {
  return {
    interrupting: () => 'Ctrl-C cancels the estimate',
    async interrupted({ hone }, workflowId, _, io) {
      await hone.cancel(workflowId);
      io.err.line('');
      io.err.line(t('Interrupted. The documents and chunks that were read are kept for the run.'));
      return EXIT.interrupted;
    },
    async report({ hone }, { workflowId, state }, { json, verbose = false }, io) {
      try {
        const result = await hone.estimateResult(workflowId);
        const remarks = estimateRemarks(result, input, pilot);
        const page = json ? io.err : io.out;
        for (const line of ['', ...estimateLines(result, input, remarks, page.style)]) page.line(line);
        if (json) io.out.line(JSON.stringify({ workflowId, state: 'done', ...result, remarks }));
        return EXIT.done;
      } catch (error) {
        await printFailure(hone, error, { workflowId, state, verbose, json }, io);
        return EXIT.failed;
      }
    },
  };
}
