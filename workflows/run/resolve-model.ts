import { workflowInfo } from '@temporalio/workflow';
import type { BaseModel } from '../../core/contracts/model.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { cpu } from '../activity-proxies.ts';
import type { RunProgress } from './run-progress.ts';

/**
 * Finds the base model. Somebody waits for a run that a person has started, and nothing has been paid for yet: if the
 * model hub cannot be reached, the run ends soon and says what to do. A scheduled run waits until it can.
 */
export function resolveModel(run: RunProgress, { model, training }: RunInput): Promise<BaseModel> {
  const { parent, searchAttributes } = workflowInfo();
  const scheduled = parent !== undefined || 'TemporalScheduledById' in searchAttributes;
  const { prompts } = training;
  return run.stage('model', (runStep) =>
    runStep(() => cpu.resolveModel({ model, prompts, ...(!scheduled && { endIfUnreachable: true }) })),
  );
}
