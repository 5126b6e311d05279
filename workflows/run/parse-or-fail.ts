import { Fault } from '../../core/contracts/fault.ts';
import { asFailure } from './failure.ts';

/** A workflow's input as `parse` reads it, with its defaults; one with faults ends the workflow, as no retry can mend it. */
export function parseOrFail<T>(parse: (value: unknown) => T, value: unknown): T {
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw asFailure(error);
  }
}
