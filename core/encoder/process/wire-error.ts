import { Fault, type FaultKind } from '../../contracts/fault.ts';
import { diskFullFault } from '../../primitives/disk-full.ts';

/** An error as it crosses from a child process to its parent. */
export type WireError =
  | { readonly kind: FaultKind; readonly message: string; readonly advice: string; readonly details: readonly string[] }
  | { readonly kind: undefined; readonly message: string; readonly stack: string | undefined };

export function toWire(error: unknown): WireError {
  const known = error instanceof Fault ? error : recognised(error);
  if (known) return { kind: known.kind, message: known.message, advice: known.advice, details: known.details };
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  return { kind: undefined, message, stack };
}

export function fromWire(wire: WireError): Error {
  if (wire.kind) return new Fault(wire.kind, wire.message, wire.advice, { details: wire.details });
  const error = new Error(wire.message);
  if (wire.stack) error.stack = wire.stack;
  return error;
}

/** A full disk and memory that the runtime did not get are the machine's fault, and may pass. */
function recognised(error: unknown): Fault | undefined {
  const { message = '' } = error as Partial<Error>;
  if (/failed to allocate|bad_alloc|out of memory|array buffer allocation failed/i.test(message))
    return new Fault('exhausted', `Memory ran out: ${message}`, MORE_MEMORY, { cause: error });
  return diskFullFault(error);
}

export const MORE_MEMORY = 'Give the worker more memory, or lower batchSize or maxLength.';
