import { HTTPException } from 'hono/http-exception';
import { Fault, type FaultKind } from '../core/contracts/fault.ts';

/** A fault with the HTTP status that it is answered with. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly status: number;
  readonly fault: Fault;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, fault: Fault, headers: Readonly<Record<string, string>> = {}) {
    super(fault.message, { cause: fault });
    this.status = status;
    this.fault = fault;
    this.headers = headers;
  }
}

const STATUS: Readonly<Record<FaultKind, number>> = {
  input: 400,
  // What a person has to mend at the server, not at the request.
  config: 500,
  credentials: 502,
  quality: 409,
  refused: 409,
  lost: 404,
  unavailable: 503,
  exhausted: 507,
};

/** Any error as an answer. What is no fault is not described: its message may tell of the server's inside. */
export function toHttpFault(error: unknown): HttpFault {
  if (error instanceof HttpFault) return error;
  if (error instanceof Fault) {
    const { kind, retryAfterMs } = error;
    const seconds = retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1000);
    return new HttpFault(STATUS[kind], error, seconds === undefined ? {} : { 'retry-after': `${seconds}` });
  }
  // Of the framework: a body that is not JSON, for example.
  if (error instanceof HTTPException && error.status < 500) {
    const fault = new Fault('input', `${error.message}.`, '/api/openapi.json describes the request.');
    return new HttpFault(error.status, fault);
  }
  const fault = new Fault('unavailable', 'The server failed.', 'Its log tells why.', { cause: error });
  return new HttpFault(500, fault);
}

/** Answers faults of kind `input` with another status than 400: 404 for what does not exist, 409 for a conflict. */
export async function inputFaultsAs<T>(status: 404 | 409, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw error instanceof Fault && error.kind === 'input' ? new HttpFault(status, error) : error;
  }
}
