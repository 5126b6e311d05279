import { Fault } from '../contracts/fault.ts';

/** What the operating system says where a disk, or one's share of it, is used up; undefined of any other error. */
export function asFullDisk(error: unknown): Fault | undefined {
  const { code, message } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return undefined;
  const advice = 'Free space there and start again; finished steps are kept.';
  return new Fault('exhausted', `The disk is full: ${message}.`, advice, { cause: error });
}
