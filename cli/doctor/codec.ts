import { openConnection } from '../../client/connection.ts';
import { configuredServer } from '../../client/settings.ts';
import { configuredKeys } from '../../core/codec/configured-keys.ts';
import type { MasterKey } from '../../core/codec/master-key.ts';
import { taskQueuesOf } from '../../core/contracts/tenant.ts';
import { activityPollers, type Poller } from '../../workers/one-store.ts';
import type { Check, Finding } from './finding.ts';

/** Whether payloads in Temporal are encrypted, and whether this client and the workers can read each other's. */
export function codec(tenant: string): Check {
  return {
    name: 'codec',
    async run() {
      const keys = configuredKeys();
      // The workers of Hone's own server read the same environment.
      return agreement(keys, configuredServer() ? await workersOfServer(tenant) : []);
    },
  };
}

async function workersOfServer(tenant: string): Promise<Poller[]> {
  const { connection, namespace = 'default' } = await openConnection({});
  try {
    return await activityPollers(connection, namespace, Object.values(taskQueuesOf(tenant)));
  } finally {
    await connection.close();
  }
}

export function agreement(keys: readonly Pick<MasterKey, 'id' | 'fingerprint'>[], pollers: readonly Poller[]): Finding {
  const here = keys.map(({ id, fingerprint }) => `${id} (${fingerprint})`).join(', ');
  const [first] = keys;
  for (const { identity } of pollers) {
    const worker = `worker ${identity.pid}@${identity.host}`;
    const [theirs] = identity.keys;
    if (first && !identity.keys.includes(first.fingerprint))
      return {
        status: 'fail',
        found: `this client encrypts with ${first.id} (${first.fingerprint}), which ${worker} does not have`,
        advice: 'Give all workers this key (HONE_CODEC_KEYS or HONE_CODEC_KEYS_FILE), and start them again.',
      };
    if (theirs !== undefined && !keys.some(({ fingerprint }) => fingerprint === theirs))
      return {
        status: 'fail',
        found: `${worker} encrypts with a key of the fingerprint ${theirs}, which is not here (here: ${here || 'none'})`,
        advice: 'Set HONE_CODEC_KEYS or HONE_CODEC_KEYS_FILE as on the workers.',
      };
  }
  if (!first) return { status: 'ok', found: 'off: what runs hand to Temporal is plain there (docs/security.md)' };
  const agreed = pollers.length > 0 ? `; ${pollers.length} queue pollers agree` : '';
  return { status: 'ok', found: `on, keys ${here}${agreed}` };
}
