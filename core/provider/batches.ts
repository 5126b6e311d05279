import { openAsBlob } from 'node:fs';
import OpenAI from 'openai';
import type { BatchAnswer, BatchApi, BatchState, NewBatch } from '../contracts/batch-api.ts';
import { BATCH_SHARE } from '../contracts/batch-jobs.ts';
import type { Profile } from '../contracts/profile.ts';
import { RequestRefused } from '../contracts/provider.ts';
import { chatBody, toReply } from './chat-body.ts';
import type { Endpoint } from './endpoint.ts';
import { readBatchState } from './read-batch.ts';

const ENDPOINT = '/v1/chat/completions';
/** Metadata by which a batch is found again. */
const LABEL = 'hone';
/** Clocks differ; a batch made so long before the label was given is certainly another one. */
const CLOCK_SLACK_MS = 3_600_000;

type Options = { signal: AbortSignal };

/** The Batch API behind a profile: every step paced, retried while that may help, and its errors sorted. */
export function openBatches(endpoint: Endpoint, { prices }: Profile): BatchApi {
  const ask = <T>(
    model: string,
    send: (client: OpenAI, options: Options) => Promise<Response>,
    read: (json: unknown) => T,
    signal?: AbortSignal,
  ): Promise<T> => endpoint.request(model, 0, send, (json) => ({ value: read(json), tokens: 0 }), signal);

  async function create({ label, since, model, file, confirm }: NewBatch, signal?: AbortSignal): Promise<BatchState> {
    const input = new File([await openAsBlob(file)], `${label}.jsonl`, { type: 'application/jsonl' });
    const fileId = await ask(
      model,
      (client, options) => client.files.create({ file: input, purpose: 'batch' }, options).asResponse(),
      (json) => String((json as { id?: unknown }).id),
      signal,
    );
    return ask(
      model,
      async (client, options) => {
        const there = await labelled(client, label, since, options);
        if (there) return Response.json(there);
        await confirm();
        const body = { input_file_id: fileId, endpoint: ENDPOINT, completion_window: '24h' } as const;
        return client.batches.create({ ...body, metadata: { [LABEL]: label } }, options).asResponse();
      },
      readBatchState,
      signal,
    );
  }

  async function* answers({ files }: BatchState, model: string, signal?: AbortSignal): AsyncGenerator<BatchAnswer> {
    for (const id of files) {
      // Files are kept for a month; what was not fetched by then is missing like anything else.
      const lines = endpoint.lines(
        model,
        (client, options) =>
          client.files
            .content(id, options)
            .asResponse()
            .catch(answerFor([404], null)),
        signal,
      );
      for await (const line of lines) {
        const answer = readLine(line, model);
        if (answer) yield answer;
      }
    }
  }

  /** A line that nobody can make sense of is as good as missing: its question is asked again. */
  function readLine(text: string, model: string): BatchAnswer | undefined {
    const line = parse(text);
    const key = line?.custom_id;
    if (typeof key !== 'string') return undefined;
    if (!line?.response) return { key, problem: line?.error?.code ?? 'no answer' };
    const { status_code: status, body } = line.response;
    try {
      if (status === 200) return { key, reply: toReply(body, prices[model], BATCH_SHARE) };
      const error = (body as { error?: unknown } | null)?.error ?? body;
      return { key, problem: endpoint.sortLine(model, Number(status), error).what };
    } catch (error) {
      if (error instanceof RequestRefused) return { key, problem: error.reason };
      if (error instanceof SyntaxError) return { key, problem: error.message };
      throw error;
    }
  }

  return {
    offered: (signal) =>
      ask(
        '',
        (client, options) =>
          client.batches
            .list({ limit: 1 }, options)
            .asResponse()
            .catch(answerFor([404, 405], { offered: false })),
        (json) => (json as { offered?: boolean }).offered !== false,
        signal,
      ),
    line: (key, request) =>
      JSON.stringify({
        custom_id: key,
        method: 'POST',
        url: ENDPOINT,
        body: chatBody(request, request.schema !== undefined),
      }),
    create,
    find: (label, since, signal) =>
      ask(
        '',
        async (client, options) => Response.json((await labelled(client, label, since, options)) ?? null),
        (json) => (json === null ? undefined : readBatchState(json)),
        signal,
      ),
    look: (id, signal) =>
      ask(
        '',
        (client, options) =>
          client.batches
            .retrieve(id, options)
            .asResponse()
            .catch(answerFor([404], null)),
        (json) => (json === null ? undefined : readBatchState(json)),
        signal,
      ),
    cancel: (id, signal) =>
      ask(
        '',
        // A 409, or OpenAI's 400: it has ended meanwhile.
        (client, options) =>
          client.batches
            .cancel(id, options)
            .asResponse()
            .catch(answerFor([400, 404, 409], {})),
        () => undefined,
        signal,
      ),
    answers,
  };
}

async function labelled(client: OpenAI, label: string, since: number, options: Options) {
  for await (const batch of client.batches.list({ limit: 100 }, options)) {
    if (batch.metadata?.[LABEL] === label) return batch;
    // Newest come first.
    if (batch.created_at * 1000 < since - CLOCK_SLACK_MS) return undefined;
  }
  return undefined;
}

/** Takes a refusal with one of these statuses for an answer. */
function answerFor(statuses: readonly number[], body: unknown) {
  return (error: unknown): Response => {
    if (error instanceof OpenAI.APIError && statuses.includes(error.status ?? 0)) return Response.json(body);
    throw error;
  };
}

interface Line {
  custom_id?: unknown;
  response?: { status_code?: unknown; body?: unknown } | null;
  error?: { code?: string } | null;
}

function parse(text: string): Line | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as Line) : undefined;
  } catch {
    return undefined;
  }
}
