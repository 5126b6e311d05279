/** From least to most: each may do what those before it may. */
export const ROLES = ['embed', 'viewer', 'operator', 'admin'] as const;
/**
 * `embed`: embeddings. `viewer`: runs, reports, models and schedules. `operator`: starts and controls runs. `admin`:
 * rollbacks and schedules.
 */
export type Role = (typeof ROLES)[number];

/** Who sends a request. */
export interface Principal {
  /** Name of the key, or the subject of the token. */
  readonly name: string;
  readonly role: Role;
  /** Whose runs, schedules and models the principal sees. */
  readonly tenant: string;
}

export function mayActAs({ role }: Principal, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

export function highestRole(roles: readonly Role[]): Role | undefined {
  return ROLES.findLast((role) => roles.includes(role));
}
