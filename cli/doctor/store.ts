import { randomUUID } from 'node:crypto';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { duration } from '../output/format.ts';
import type { Check, Finding } from './finding.ts';

const ENTRY = 'doctor/entry';
const POINTER = 'doctor/pointer';
/** Written and removed again. */
const REMOVED = 'doctor/removed';
/** S3 refuses requests whose clock is further off than a quarter of an hour. */
const SKEW_S = { warn: 60, fail: 600 };

/**
 * Writes a few small entries, and checks that a second writer is refused, that entries can be listed and removed, and
 * that the clock of this machine is that of the store.
 */
export function store(open: () => Promise<ArtifactStore>, now: () => number = Date.now): Check {
  return {
    name: 'store',
    async run() {
      const opened = await open();
      return (
        (await checkConditions(opened)) ??
        (await checkRemoval(opened)) ??
        (await checkClock(opened, now)) ??
        (await checkPublic(opened)) ?? { status: 'ok', found: `${opened.uri}, conditional writes work` }
      );
    },
  };
}

async function checkConditions(opened: ArtifactStore): Promise<Finding | undefined> {
  const bytes = new TextEncoder().encode(randomUUID());
  await opened.putIfAbsent(ENTRY, bytes);
  const twice = await opened.putIfAbsent(ENTRY, bytes);
  const before = await opened.readPointer(POINTER);
  const swapped = await opened.swapPointer(POINTER, before?.version, bytes);
  const stale = await opened.swapPointer(POINTER, before?.version, bytes);
  if (!twice && swapped !== undefined && stale === undefined) return undefined;
  return {
    status: 'fail',
    found: `${opened.uri} lets a second writer overwrite the first`,
    advice: 'Use another store: in this one, two workers would overwrite each other’s models.',
  };
}

async function checkRemoval(opened: ArtifactStore): Promise<Finding | undefined> {
  await opened.putIfAbsent(REMOVED, new TextEncoder().encode('x'));
  const list = async () => {
    for await (const entry of opened.list('doctor/')) if (entry.key === REMOVED) return entry;
    return undefined;
  };
  const listed = await list();
  if (listed) await opened.remove(listed);
  if (listed && (await list()) === undefined) return undefined;
  return {
    status: 'fail',
    found: `${opened.uri}: what is written is not ${listed ? 'removed' : 'listed'}`,
    advice: 'docs/storage.md names the permissions: s3:ListBucket of the bucket, s3:DeleteObject of the prefix.',
  };
}

/** A minute is what the store's answer and its whole seconds may make at most. */
async function checkClock(opened: ArtifactStore, now: () => number): Promise<Finding | undefined> {
  const pointer = await opened.readPointer(POINTER);
  if (!pointer) return undefined;
  const skew = Math.abs(now() - pointer.writtenAt.getTime()) / 1000;
  if (skew < SKEW_S.warn) return undefined;
  return {
    status: skew < SKEW_S.fail ? 'warn' : 'fail',
    found: `${opened.uri}: its clock and that of this machine differ by ${duration(skew)}`,
    advice:
      'Set this machine’s clock (NTP): times in logs and metrics are wrong, and S3 refuses requests at 15 minutes.',
  };
}

async function checkPublic({ uri }: ArtifactStore): Promise<Finding | undefined> {
  if (!uri.startsWith('s3://')) return undefined;
  const { isPublic } = await import('../../core/artifacts/s3/is-public.ts');
  if (!(await isPublic(uri, ENTRY))) return undefined;
  return {
    status: 'fail',
    found: `${uri} can be read by anybody, without credentials`,
    advice: 'Block public access of the bucket, and remove the policy or ACL that grants it.',
  };
}
