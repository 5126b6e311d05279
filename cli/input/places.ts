import { stat } from 'node:fs/promises';
import { Fault } from '../../core/contracts/fault.ts';
import type { RetrainInput } from '../../core/contracts/retrain.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { isServerConfigured } from '../runtime/session.ts';
import { isUri, withoutPattern } from './location.ts';

/**
 * What the embedded worker has to be allowed to read for a run: see `placesRead`. Empty if a Temporal server is
 * configured, because its workers have roots of their own.
 * @throws Fault `input` if a file or folder does not exist.
 */
export async function grantsFor(input: RunInput | RetrainInput): Promise<string[]> {
  return isServerConfigured() ? [] : placesRead(input);
}

/**
 * The folders, files and `s3://` prefixes that a worker on this machine must read for a run, and no others.
 * @throws Fault `input` if a file or folder does not exist.
 */
export async function placesRead(input: RunInput | RetrainInput): Promise<string[]> {
  const { documents, dataset, model, questions, evaluation } = input;
  const generalSet = 'retrain' in input ? input.retrain.generalSet : undefined;
  const locations = [
    ...(documents ?? []),
    ...(dataset ? [dataset.train, dataset.validation] : []),
    ...(questions.ledger ? [questions.ledger] : []),
    ...evaluation.alsoOn,
    ...(generalSet ? [generalSet] : []),
  ];
  const places = await Promise.all(locations.filter((location) => !isUri(location)).map(existing));
  for (const location of locations) if (location.startsWith('s3://')) places.push(withoutPattern(location));
  if (model.startsWith('/') || model.startsWith('s3://')) places.push(model);
  return [...new Set(places)];
}

async function existing(location: string): Promise<string> {
  const path = withoutPattern(location);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new Fault('input', `There is no file or folder ${path}.`, 'Check the spelling and the permissions.');
  }
  return path;
}
