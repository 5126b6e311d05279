import { type BatchFault, type BatchLine, type InputLimits, readInput } from './batch-input.ts';
import { type BatchStatus, type BatchTimes, ENDED, expiryOf, statusAt } from './batch-status.ts';
import { invalid } from './errors.ts';
import type { Files } from './files.ts';

export interface BatchOptions extends BatchTimes, Partial<InputLimits> {
  /** Limit of tokens (four bytes each) in all batches that have not ended; default: none. */
  enqueuedTokens?: number;
}

/** The outcome of a line: a response with any status, or an error if there was no response. */
export type LineOutcome = { status: number; body: unknown } | { code: string; message: string };

interface Batch {
  id: string;
  endpoint: string;
  inputFile: string;
  metadata: unknown;
  createdAt: number;
  cancelledAt: number | undefined;
  lines: BatchLine[];
  faults: BatchFault[];
  tokens: number;
  done: number;
  failed: number;
  ended?: BatchStatus;
  output: string[];
  errors: string[];
  outputFile?: string;
  errorFile?: string;
}

/** Error of the lines that were not answered when the batch ended. */
const CUT_SHORT: Partial<Record<BatchStatus, { code: string; message: string }>> = {
  expired: {
    code: 'batch_expired',
    message: 'This request could not be executed before the completion window expired.',
  },
  cancelled: { code: 'batch_cancelled', message: 'This request was not executed because the batch was cancelled.' },
};

/** Batches as OpenAI runs them. The state of a batch is computed from the clock when it is requested. */
export class Batches {
  readonly #batches = new Map<string, Batch>();
  readonly #options: BatchOptions;
  readonly #files: Files;
  readonly #now: () => number;
  readonly #answerLine: (line: BatchLine, index: number) => LineOutcome;

  /** @param now Milliseconds since the epoch. @param answerLine Called once for each line, when its time has come. */
  constructor(
    options: BatchOptions,
    files: Files,
    now: () => number,
    answerLine: (line: BatchLine, index: number) => LineOutcome,
  ) {
    this.#options = options;
    this.#files = files;
    this.#now = now;
    this.#answerLine = answerLine;
  }

  create(body: Record<string, unknown>): { status: number; body: unknown } {
    const file = this.#files.get(String(body.input_file_id));
    if (file?.purpose !== 'batch') return { status: 400, body: invalid('Invalid input_file_id.', 'input_file_id') };
    if (body.completion_window !== '24h') {
      return { status: 400, body: invalid("Invalid value: 'completion_window' must be '24h'.", 'completion_window') };
    }
    const tokens = Math.ceil(file.bytes.length / 4);
    const { lines, faults } = readInput(file.bytes, String(body.endpoint), this.#options);
    const batch: Batch = {
      id: `batch_${this.#batches.size + 1}`,
      endpoint: String(body.endpoint),
      inputFile: file.id,
      metadata: body.metadata ?? null,
      createdAt: this.#now(),
      cancelledAt: undefined,
      lines,
      faults: faults.length > 0 ? faults : this.#faultsOfLimit(tokens),
      tokens,
      done: 0,
      failed: 0,
      output: [],
      errors: [],
    };
    this.#batches.set(batch.id, batch);
    return { status: 200, body: { ...this.#describe(batch), status: 'validating' } };
  }

  get(id: string): unknown {
    const batch = this.#batches.get(id);
    return batch && this.#describe(batch);
  }

  /** One page, newest first. */
  list(query: URLSearchParams): unknown {
    const all = [...this.#batches.values()].reverse();
    const start = all.findIndex(({ id }) => id === query.get('after')) + 1;
    const data = all.slice(start, start + Number(query.get('limit') ?? 20));
    return {
      object: 'list',
      data: data.map((batch) => this.#describe(batch)),
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
      has_more: start + data.length < all.length,
    };
  }

  cancel(id: string): { status: number; body: unknown } | undefined {
    const batch = this.#batches.get(id);
    if (!batch) return undefined;
    const status = this.#advance(batch);
    if (ENDED.has(status)) {
      return { status: 409, body: invalid(`Cannot cancel a batch with status '${status}'.`, null) };
    }
    batch.cancelledAt ??= this.#now();
    return { status: 200, body: this.#describe(batch) };
  }

  /** Answers the lines whose time has come. @returns the state of the batch. */
  #advance(batch: Batch): BatchStatus {
    if (batch.ended) return batch.ended;
    const { status, share } = statusAt({ ...batch, valid: batch.faults.length === 0 }, this.#options, this.#now());
    const due = Math.floor(batch.lines.length * share);
    for (const line of batch.lines.slice(batch.done + batch.failed, due)) this.#answer(batch, line);
    if (ENDED.has(status)) {
      batch.ended = status;
      if (status !== 'failed') this.#writeFiles(batch, CUT_SHORT[status]);
    }
    return status;
  }

  #answer(batch: Batch, line: BatchLine): void {
    const index = batch.done + batch.failed;
    const outcome = this.#answerLine(line, index);
    const request = { id: `batch_req_${batch.id}_${index}`, custom_id: line.custom_id };
    if ('code' in outcome) {
      batch.errors.push(JSON.stringify({ ...request, response: null, error: outcome }));
      batch.failed++;
      return;
    }
    const response = { status_code: outcome.status, request_id: `req_${index}`, body: outcome.body };
    const ok = outcome.status < 400;
    (ok ? batch.output : batch.errors).push(JSON.stringify({ ...request, response, error: null }));
    if (ok) batch.done++;
    else batch.failed++;
  }

  #writeFiles(batch: Batch, cutShort: { code: string; message: string } | undefined): void {
    const left = batch.lines.slice(batch.done + batch.failed);
    const errors = batch.errors.concat(
      left.map(({ custom_id }, index) =>
        JSON.stringify({ id: `batch_req_${batch.id}_left_${index}`, custom_id, response: null, error: cutShort }),
      ),
    );
    const write = (lines: readonly string[], kind: string) =>
      this.#files.add(
        `${batch.id}_${kind}.jsonl`,
        'batch_output',
        Buffer.from(lines.map((text) => `${text}\n`).join('')),
      ).id;
    if (batch.output.length > 0) batch.outputFile = write(batch.output, 'output');
    if (errors.length > 0) batch.errorFile = write(errors, 'error');
    batch.output = [];
    batch.errors = [];
  }

  #faultsOfLimit(tokens: number): BatchFault[] {
    const limit = this.#options.enqueuedTokens ?? Number.POSITIVE_INFINITY;
    const active = [...this.#batches.values()].filter((batch) => !ENDED.has(this.#advance(batch)));
    const enqueued = active.reduce((sum, batch) => sum + batch.tokens, tokens);
    if (enqueued <= limit) return [];
    const message = `Enqueued token limit reached. Limit: ${limit} enqueued tokens. Please try again once some in_progress batches have been completed.`;
    return [{ code: 'token_limit_exceeded', message, param: null, line: null }];
  }

  #describe(batch: Batch): object {
    const status = this.#advance(batch);
    const seconds = (ms: number) => Math.floor(ms / 1000);
    return {
      id: batch.id,
      object: 'batch',
      endpoint: batch.endpoint,
      errors: status === 'failed' ? { object: 'list', data: batch.faults } : null,
      input_file_id: batch.inputFile,
      completion_window: '24h',
      status,
      output_file_id: batch.outputFile ?? null,
      error_file_id: batch.errorFile ?? null,
      created_at: seconds(batch.createdAt),
      in_progress_at: status === 'validating' ? null : seconds(batch.createdAt + (this.#options.validatingMs ?? 0)),
      expires_at: seconds(expiryOf(batch.createdAt, this.#options)),
      cancelling_at: batch.cancelledAt === undefined ? null : seconds(batch.cancelledAt),
      ...(ENDED.has(status) && { [`${status}_at`]: seconds(this.#now()) }),
      request_counts: { total: batch.lines.length, completed: batch.done, failed: batch.failed },
      metadata: batch.metadata,
    };
  }
}
