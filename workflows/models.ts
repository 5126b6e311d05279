import { workflowInfo } from '@temporalio/workflow';
import type { ListedModel, RollbackRequest, RolledBack } from '../core/contracts/release.ts';
import { parseRollbackRequest } from '../core/run/parse-input.ts';
import { cpu } from './activity-proxies.ts';
import { parseOrFail } from './run/failure.ts';

/** Lists the published models. A workflow, as clients may have no access to the store of the workers. */
export async function models({ name }: { name?: string } = {}): Promise<ListedModel[]> {
  return (await cpu.listModels({ name })).output;
}

/**
 * Makes an earlier version of a published name current again. The history of the workflow records who asked and why.
 */
export async function rollback(input: RollbackRequest): Promise<RolledBack> {
  const request = parseOrFail(parseRollbackRequest, input);
  return (await cpu.rollBack({ request, requestId: workflowInfo().runId })).output;
}
