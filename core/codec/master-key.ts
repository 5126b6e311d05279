import { createHmac } from 'node:crypto';
import { seal, unseal } from './aes-gcm.ts';

/**
 * A key that encrypts data keys and never data. It may be in a key management service (KMS), which then wraps and
 * unwraps: a data key is used for many payloads and cached, so that the service is asked now and then only.
 */
export interface MasterKey {
  /** Its name in what it has encrypted. Invariant: one id is one key, for ever. */
  readonly id: string;
  /** Eight hex digits by which two programs compare their keys without showing them. */
  readonly fingerprint: string;
  wrap(dataKey: Uint8Array): Promise<Uint8Array>;
  /** @returns undefined if it was not wrapped with this key. */
  unwrap(wrapped: Uint8Array): Promise<Uint8Array | undefined>;
}

/** A master key in this process. @param key 32 bytes. */
export function localMasterKey(id: string, key: Uint8Array): MasterKey {
  return {
    id,
    fingerprint: createHmac('sha256', key).update('hone codec fingerprint').digest('hex').slice(0, 8),
    wrap: async (dataKey) => seal(key, dataKey),
    unwrap: async (wrapped) => unseal(key, wrapped),
  };
}
