import { z } from 'zod';
import { Fault } from './fault.ts';
import { QUEUE_NAMES, type QueueName, TASK_QUEUES } from './task-queues.ts';

/** The tenant of whoever names none. Its names in Temporal and in the store have no prefix. */
export const DEFAULT_TENANT = 'default';

/**
 * The name of a tenant. Invariant: it has neither a dot nor a slash, so that no name of a tenant can begin as those of
 * another one, and none leads out of a folder.
 */
export const TenantName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/, 'a tenant has up to 30 lower-case letters, digits and dashes');

/** @throws Fault `config` if this cannot be the name of a tenant. */
export function checkTenant(tenant: string): string {
  if (TenantName.safeParse(tenant).success) return tenant;
  const advice = 'Use up to 30 lower-case letters, digits and dashes; begin and end with a letter or digit.';
  throw new Fault('config', `${JSON.stringify(tenant)} cannot be the name of a tenant.`, advice);
}

/** What begins as the names of a tenant that is not the default one. */
const RESERVED = /^hone\.[a-z0-9-]+\./;
const WORKFLOW_QUEUE = /^hone\.([a-z0-9-]+)\.workflow$/;

/** With what all names of a tenant in Temporal begin: task queues, ids of workflows, of schedules. */
export function tenantPrefix(tenant: string): string {
  return tenant === DEFAULT_TENANT ? '' : `hone.${tenant}.`;
}

/** Whether a name is one of some tenant, and so none of the default one. */
export function isOfSomeTenant(name: string): boolean {
  return RESERVED.test(name);
}

/** The task queues of a tenant. */
export function taskQueuesOf(tenant: string): Readonly<Record<QueueName, string>> {
  if (tenant === DEFAULT_TENANT) return TASK_QUEUES;
  const names = QUEUE_NAMES.map((queue) => [queue, `${tenantPrefix(tenant)}${queue}`]);
  return Object.fromEntries(names) as Record<QueueName, string>;
}

/** The tenant of a workflow that is executed on this task queue; the default one for any other queue. */
export function tenantOfQueue(taskQueue: string): string {
  return WORKFLOW_QUEUE.exec(taskQueue)?.[1] ?? DEFAULT_TENANT;
}

/** Id of the workflow that keeps a tenant within the limits of a profile. */
export function rateLimiterId(tenant: string, profile: string): string {
  return tenant === DEFAULT_TENANT ? `hone-rate-limiter/${profile}` : `${tenantPrefix(tenant)}rate-limiter/${profile}`;
}

/** Temporal's name of a deployment of a tenant: it takes no dots in these. */
export function deploymentOf(tenant: string, name: string): string {
  return tenant === DEFAULT_TENANT ? name : `hone/${tenant}/${name}`;
}

/** The inverse of `deploymentOf`. @returns undefined for a deployment of another tenant. */
export function deploymentNameIn(tenant: string, deployment: string): string | undefined {
  const [, owner = DEFAULT_TENANT, name = deployment] = /^hone\/([a-z0-9-]+)\/(.*)$/s.exec(deployment) ?? [];
  return owner === tenant ? name : undefined;
}

/** The store of a tenant in a store that tenants share. @param store A folder, or `s3://bucket/prefix`. */
export function storeOf(store: string, tenant: string): string {
  return tenant === DEFAULT_TENANT ? store : `${store.replace(/\/+$/, '')}/tenants/${tenant}`;
}
