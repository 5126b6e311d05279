import { createHash, randomBytes } from 'node:crypto';
import { DEFAULT_TENANT } from '../../core/contracts/tenant.ts';
import type { Principal } from './roles.ts';

/** A key as the settings hold it: its hash alone, which does not tell the key. */
export interface ApiKey extends Principal {
  /** SHA-256 of the key, in hex. */
  readonly sha256: string;
}

/** 256 random bits, with a beginning by which scanners for secrets recognise a key. */
export function newKey(): string {
  return `hone_${randomBytes(32).toString('base64url')}`;
}

/** Without salt and stretching, which protect secrets that can be guessed: keys are random. */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Lines of server.yaml that admit a key. */
export function keySettings({ name, role, tenant, sha256 }: ApiKey): string {
  const owner = tenant === DEFAULT_TENANT ? '' : ` tenant: ${tenant},`;
  return `keys:\n  - { name: ${JSON.stringify(name)}, role: ${role},${owner} sha256: ${sha256} }`;
}

/** Looks keys up by their hash, so that the time that it takes tells nothing about a key. */
export function keyring(keys: readonly ApiKey[]): (key: string) => Principal | undefined {
  const byHash = new Map(keys.map((key) => [key.sha256, key]));
  return (key) => byHash.get(hashOfKey(key));
}
