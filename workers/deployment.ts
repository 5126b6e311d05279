import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerDeploymentVersion } from '@temporalio/common';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import { Fault } from '../core/contracts/fault.ts';

/**
 * Options of a worker that belongs to a version of a deployment (Temporal's worker versioning). A run stays with the
 * version that it began with, so that code may change under running ones; see the exceptions at `setWorkflowOptions`.
 */
export function deploymentOptions(
  version: WorkerDeploymentVersion | undefined,
): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (!version) return {};
  return { workerDeploymentOptions: { version, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' } };
}

/**
 * Build id of this build: the version of the package and a hash of all that it was built from. In a source tree the
 * version alone.
 */
export async function ownBuildId(packageVersion: string): Promise<string> {
  const stamp = await readFile(new URL('../.built', import.meta.url), 'utf8').catch(() => '');
  return stamp ? `${packageVersion}-${stamp.slice(0, 8)}` : packageVersion;
}

/** A version is known to the server once its first worker has polled. */
const KNOWN_AFTER_MS = 60_000;
const ASK_EVERY_MS = 500;

/**
 * Makes the first version of a deployment its current one: without a current version, no run would start. Later
 * versions are made current by `hone deployment promote`.
 * @returns whether `version` is current now.
 * @throws Fault `unavailable` if the server does not know the version within a minute; `config` if it has no worker
 *   versioning.
 */
export async function claimFirstVersion(
  { workflowService }: Pick<NativeConnection, 'workflowService'>,
  namespace: string,
  { deploymentName, buildId }: WorkerDeploymentVersion,
  signal: AbortSignal,
): Promise<boolean> {
  const timeout = AbortSignal.any([AbortSignal.timeout(KNOWN_AFTER_MS), signal]);
  let last: unknown;
  while (!timeout.aborted) {
    try {
      const described = await workflowService.describeWorkerDeployment({ namespace, deploymentName });
      const info = described.workerDeploymentInfo;
      const current = info?.routingConfig?.currentDeploymentVersion?.buildId;
      if (current) return current === buildId;
      const isKnown = info?.versionSummaries?.some(({ deploymentVersion }) => deploymentVersion?.buildId === buildId);
      const { conflictToken } = described;
      if (isKnown)
        // If another version became current meanwhile, the token is of the past, and nothing changes.
        await workflowService.setWorkerDeploymentCurrentVersion({ namespace, deploymentName, buildId, conflictToken });
    } catch (error) {
      if (isUnimplemented(error)) throw notVersioned(error);
      last = error;
    }
    await sleep(ASK_EVERY_MS);
  }
  if (signal.aborted) return false;
  const reason = last instanceof Error ? `: ${last.message}` : '';
  const message = `Temporal does not know version ${buildId} of the deployment ${deploymentName} yet${reason}.`;
  throw new Fault('unavailable', message, `Make it current: hone deployment promote ${buildId}`, { cause: last });
}

/** https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const UNIMPLEMENTED = 12;

function isUnimplemented(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNIMPLEMENTED;
}

function notVersioned(cause: unknown): Fault {
  const advice = 'Start the worker without --deployment, or update the server to 1.28 or later.';
  return new Fault('config', 'This Temporal server has no worker versioning.', advice, { cause });
}
