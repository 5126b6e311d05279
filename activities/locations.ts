import { readFile } from 'node:fs/promises';
import { Fault } from '../core/contracts/fault.ts';
import { allowedRoots } from '../core/corpus/allowed-roots.ts';
import { resolveLocation } from '../core/corpus/location.ts';
import type { WorkerContext } from './context.ts';

/**
 * The text of a file that a run input names, if it lies where this worker may read.
 * @param field the field of the run input, for the fault.
 * @throws Fault `input`
 */
export async function readNamedFile({ base, roots }: WorkerContext, location: string, field: string): Promise<string> {
  const place = await resolveLocation(location, base, await allowedRoots(roots), field);
  if (!place.named) throw new Fault('input', `${field}: ${location} is not a file.`, 'Name one file.');
  return readFile(place.start, 'utf8');
}
