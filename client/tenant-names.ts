import { Fault } from '../core/contracts/fault.ts';
import { checkTenant, isOfSomeTenant, taskQueuesOf, tenantOfQueue, tenantPrefix } from '../core/contracts/tenant.ts';

/**
 * What the workflows and schedules of a tenant are called in Temporal. Invariant: a client addresses nothing but by an
 * id from here, so that an id of another tenant is one of nothing, whether that exists or not.
 */
export class TenantNames {
  readonly tenant: string;
  /** With what all its ids begin; empty for the default tenant. */
  readonly prefix: string;
  /** The task queue of its workflows. */
  readonly queue: string;

  /** @throws Fault `config` if this cannot be the name of a tenant. */
  constructor(tenant: string) {
    this.tenant = checkTenant(tenant);
    this.prefix = tenantPrefix(tenant);
    this.queue = taskQueuesOf(tenant).workflow;
  }

  /**
   * The full id of what a user calls `id`, with or without the tenant's prefix.
   * @returns undefined for an id of another tenant.
   */
  find(id: string): string | undefined {
    if (this.prefix === '') return isOfSomeTenant(id) ? undefined : id;
    return id.startsWith(this.prefix) ? id : `${this.prefix}${id}`;
  }

  /** The full id for something new. @throws Fault `input` if it is one of another tenant. */
  make(id: string): string {
    const own = this.find(id);
    if (own !== undefined) return own;
    const message = `${id} begins as the ids of another tenant do.`;
    throw new Fault('input', message, 'Choose an id that does not begin with `hone.` and a further dot.');
  }

  /** An id without the prefix. */
  short(id: string): string {
    return id.slice(this.prefix.length);
  }

  /** Whether a full id is one of this tenant. */
  has(id: string): boolean {
    return this.find(id) === id;
  }

  /** Whether workflows of a task queue are those of this tenant; a queue of another program is the default tenant's. */
  hasQueue(taskQueue: string): boolean {
    return tenantOfQueue(taskQueue) === this.tenant;
  }
}
