import { Fault } from '../core/contracts/fault.ts';
import { parseRunInput, type RunInput, type RunRequest } from '../core/contracts/run-input.ts';
import { asFailure } from './failure.ts';

/** The run input with its defaults; one with faults ends the workflow, as no retry can mend it. */
export function checked(request: RunRequest): RunInput {
  try {
    return parseRunInput(request);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw asFailure(error);
  }
}
