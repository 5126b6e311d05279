import { Fault, type FaultKind } from '../../contracts/fault.ts';
import { systemFault } from '../../primitives/system-fault.ts';

/** An error in the form in which a child process sends it to its parent. */
export type WireError =
  | { readonly kind: FaultKind; readonly message: string; readonly advice: string; readonly details: readonly string[] }
  | { readonly kind: undefined; readonly message: string; readonly stack: string | undefined };

export function toWire(error: unknown): WireError {
  const fault = error instanceof Fault ? error : asFault(error);
  if (fault) return { kind: fault.kind, message: fault.message, advice: fault.advice, details: fault.details };
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  return { kind: undefined, message, stack };
}

export function fromWire(wire: WireError): Error {
  if (wire.kind) return new Fault(wire.kind, wire.message, wire.advice, { details: wire.details });
  const error = new Error(wire.message);
  if (wire.stack) error.stack = wire.stack;
  return error;
}

/** A full disk or lack of memory as a Fault: both are problems of the machine, so a retry may succeed. */
function asFault(error: unknown): Fault | undefined {
  const { message = '' } = error as Partial<Error>;
  if (/failed to allocate|bad_alloc|out of memory|array buffer allocation failed/i.test(message))
    return new Fault('exhausted', `Memory ran out: ${message}`, MORE_MEMORY, { cause: error });
  return systemFault(error);
}

export const MORE_MEMORY = 'Give the worker more memory, or lower batchSize or maxLength.';
