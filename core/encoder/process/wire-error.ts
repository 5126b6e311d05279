import { Fault, type FaultKind } from '../../contracts/fault.ts';
import { systemFault } from '../../primitives/system-fault.ts';

/** An error in the form in which a child process or a thread sends it to its parent. */
export type WireError =
  | {
      readonly kind: FaultKind;
      readonly message: string;
      readonly advice: string;
      readonly details: readonly string[];
      readonly retryAfterMs: number | undefined;
      readonly final: boolean;
    }
  | { readonly kind: undefined; readonly message: string; readonly stack: string | undefined };

export function toWire(error: unknown): WireError {
  const fault = error instanceof Fault ? error : asFault(error);
  if (fault) {
    const { kind, message, advice, details, retryAfterMs, final } = fault;
    return { kind, message, advice, details, retryAfterMs, final };
  }
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  return { kind: undefined, message, stack };
}

export function fromWire(wire: WireError): Error {
  if (wire.kind) {
    const { kind, message, advice, details, retryAfterMs, final } = wire;
    return new Fault(kind, message, advice, { details, final, ...(retryAfterMs !== undefined && { retryAfterMs }) });
  }
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
