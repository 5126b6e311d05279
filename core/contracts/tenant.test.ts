import { describe, expect, it } from 'vitest';
import { TASK_QUEUES } from './task-queues.ts';
import {
  DEFAULT_TENANT,
  deploymentNameIn,
  deploymentOf,
  rateLimiterId,
  storeOf,
  TenantName,
  taskQueuesOf,
  tenantOfQueue,
} from './tenant.ts';

it.each(['acme', 'a', '0', 'team-7', 'a'.repeat(30)])('%s can be the name of a tenant', (name) => {
  expect(TenantName.safeParse(name).success).toBe(true);
});

it.each([
  '',
  '..',
  '.',
  '../acme',
  'acme/../globex',
  'acme/globex',
  'acme.workflow',
  'Acme',
  'acme ',
  'acme\n',
  '-acme',
  'acme-',
  'a'.repeat(31),
  'акме',
  '%2e%2e',
  '--tenant',
])('%j cannot be the name of a tenant', (name) => {
  expect(TenantName.safeParse(name).success).toBe(false);
});

it('leaves the names of the default tenant as they were before there were tenants', () => {
  expect(taskQueuesOf(DEFAULT_TENANT)).toEqual({ workflow: 'hone', cpu: 'hone-cpu', llm: 'hone-llm', gpu: 'hone-gpu' });
  expect(rateLimiterId(DEFAULT_TENANT, 'default')).toBe('hone-rate-limiter/default');
  expect(storeOf('s3://acme/hone/', DEFAULT_TENANT)).toBe('s3://acme/hone/');
  expect(deploymentOf(DEFAULT_TENANT, 'hone')).toBe('hone');
});

describe('names of tenants that are chosen to meet those of another one', () => {
  const tenants = [DEFAULT_TENANT, 'acme', 'acme-cpu', 'cpu', 'workflow', 'hone', 'hone-cpu', 'hone-rate-limiter'];

  it('are other task queues, each of which belongs to its tenant', () => {
    const queues = tenants.flatMap((tenant) => Object.values(taskQueuesOf(tenant)));
    expect(new Set(queues).size).toBe(4 * tenants.length);
    for (const tenant of tenants) expect(tenantOfQueue(taskQueuesOf(tenant).workflow)).toBe(tenant);
  });

  it('are other rate limiters, stores and deployments', () => {
    const limiters = tenants.flatMap((tenant) => ['default', 'acme', 'x/y'].map((one) => rateLimiterId(tenant, one)));
    expect(new Set(limiters).size).toBe(limiters.length);
    expect(new Set(tenants.map((tenant) => storeOf('/srv/store', tenant))).size).toBe(tenants.length);
    const deployment = deploymentOf('acme', 'hone');
    expect(tenants.filter((tenant) => deploymentNameIn(tenant, deployment) !== undefined)).toEqual(['acme']);
    expect(deploymentNameIn('acme', deployment)).toBe('hone');
    expect(deploymentNameIn(DEFAULT_TENANT, 'blue/green')).toBe('blue/green');
  });
});

it('takes a workflow on any other queue for one of the default tenant', () => {
  for (const queue of [TASK_QUEUES.workflow, 'test', 'hone.acme.cpu', 'hone.acme', 'acme.workflow'])
    expect(tenantOfQueue(queue)).toBe(DEFAULT_TENANT);
});

it('puts the store of a tenant below the one that tenants share', () => {
  expect(storeOf('s3://acme/hone/', 'team-7')).toBe('s3://acme/hone/tenants/team-7');
  expect(storeOf('s3://acme', 'team-7')).toBe('s3://acme/tenants/team-7');
  expect(storeOf('/srv/store', 'team-7')).toBe('/srv/store/tenants/team-7');
});
