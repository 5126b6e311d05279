import { workflowInfo } from '@temporalio/workflow';
import type { ListedModel, RollbackRequest, RolledBack } from '../core/contracts/release.ts';
import { parseRollbackRequest } from '../core/run/parse-input.ts';
import { cpu } from './activity-proxies.ts';
import { parseOrFail } from './run/parse-or-fail.ts';

/** What is published, asked of a worker: the store is theirs, and may be out of the asker's reach. */
export async function models({ name }: { name?: string } = {}): Promise<ListedModel[]> {
  return (await cpu.listModels(name === undefined ? {} : { name })).output;
}

/** Makes a published name stand for an earlier version again; who asked and why stays in this workflow's history too. */
export async function rollback(asked: RollbackRequest): Promise<RolledBack> {
  const request = parseOrFail(parseRollbackRequest, asked);
  return (await cpu.rollBack({ request, id: workflowInfo().runId })).output;
}
