import { z } from 'zod';
import { Fault } from '../contracts/fault.ts';
import { PreparedDataset } from '../contracts/prepared-dataset.ts';
import { RollbackRequest } from '../contracts/release.ts';
import { RetrainInput, type RetrainRequest } from '../contracts/retrain.ts';
import { RunInput, type RunRequest } from '../contracts/run-input.ts';

/** An input of a retraining: its `publish.name` is always set. */
export type ParsedRetrainInput = RetrainInput & { publish: { name: string } };

/**
 * Validates a run input and fills in the defaults.
 * @throws Fault `input` that lists every error with its path.
 */
export function parseRunInput(value: unknown): RunInput {
  return parseInput(RunInput, value, 'run input', '`hone schema` prints the schema of a run input.');
}

/**
 * Validates the input of a retraining and fills in the defaults.
 * @throws Fault `input` that lists every error with its path.
 */
export function parseRetrainInput(value: unknown): ParsedRetrainInput {
  const advice = '`hone schema --retrain` prints the schema of a run input for a retraining.';
  const input = parseInput(RetrainInput, value, 'run input', advice);
  // The schema refuses an input without a name.
  return { ...input, publish: { ...input.publish, name: z.string().parse(input.publish.name) } };
}

/**
 * Validates a rollback request and fills in the defaults.
 * @throws Fault `input` that lists every error with its path.
 */
export function parseRollbackRequest(value: unknown): z.output<typeof RollbackRequest> {
  const advice = 'Give the published name and, if needed, `to`, `expected`, `by` and `reason` (docs/retrain.md).';
  return parseInput(RollbackRequest, value, 'rollback request', advice);
}

/** Validates a dataset that a retraining gives its run. @throws Fault `input` that lists each error with its path. */
export function parsePreparedDataset(value: unknown): PreparedDataset {
  const advice = 'Start the run without it, or with what the stages of another run returned.';
  return parseInput(PreparedDataset, value, 'prepared dataset', advice);
}

/** A request that this process has validated, with the defaults filled in as `input`: nothing parses it again. */
export class CheckedRequest<Request, Input> {
  readonly request: Request;
  readonly input: Input;

  /** Use `checkRun` or `checkRetrain`. */
  constructor(request: Request, input: Input) {
    this.request = request;
    this.input = input;
  }
}
export type CheckedRun = CheckedRequest<RunRequest, RunInput>;
export type CheckedRetrain = CheckedRequest<RetrainRequest, ParsedRetrainInput>;

/** @throws Fault as `parseRunInput`; a checked request is returned as it is. */
export function checkRun(request: RunRequest | CheckedRun): CheckedRun {
  return request instanceof CheckedRequest ? request : new CheckedRequest(request, parseRunInput(request));
}

/** @throws Fault as `parseRetrainInput`; a checked request is returned as it is. */
export function checkRetrain(request: RetrainRequest | CheckedRetrain): CheckedRetrain {
  return request instanceof CheckedRequest ? request : new CheckedRequest(request, parseRetrainInput(request));
}

/** @param what how the message calls the value. */
function parseInput<T>(schema: z.ZodType<T>, value: unknown, what: string, advice: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map((issue) => `${issue.path.join('.') || what}: ${issue.message}`);
  const count = details.length === 1 ? 'one error' : `${details.length} errors`;
  throw new Fault('input', `The ${what} has ${count}: ${details.join('; ')}.`, advice, { details });
}
