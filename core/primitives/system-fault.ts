import { Fault } from '../contracts/fault.ts';

/** The disk, or the user's quota on it, is full. */
const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** What a network file system reports while its server is away or fails over, and a disk that may recover. */
const AWAY = new Set([
  'ESTALE',
  'EIO',
  'EREMOTEIO',
  'ENOTCONN',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ETIMEDOUT',
]);

/**
 * The Fault for an error of the operating system that is neither a bug nor anybody's input: `exhausted` for a full
 * disk, `unavailable` for a file system that does not answer. Undefined for any other error.
 */
export function systemFault(error: unknown): Fault | undefined {
  const { code = '', message } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  if (FULL.has(code)) {
    const advice = 'Free space there and start again; finished steps are kept.';
    return new Fault('exhausted', `The disk is full: ${message}.`, advice, { cause: error });
  }
  if (AWAY.has(code)) {
    const advice = 'It is retried automatically; if this lasts, check the disk or the mount, and the network.';
    return new Fault('unavailable', `A file system does not answer: ${message}.`, advice, { cause: error });
  }
  return undefined;
}
