import { Fault } from '../contracts/fault.ts';

/**
 * The Fault `exhausted` for an error of the operating system that says that a disk (`ENOSPC`) or the user's quota on it
 * (`EDQUOT`) is full; undefined for any other error.
 */
export function diskFullFault(error: unknown): Fault | undefined {
  const { code, message } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return undefined;
  const advice = 'Free space there and start again; finished steps are kept.';
  return new Fault('exhausted', `The disk is full: ${message}.`, advice, { cause: error });
}
