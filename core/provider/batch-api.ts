import { openAsBlob } from 'node:fs';
import OpenAI from 'openai';
import { z } from 'zod';
import {
  BATCH_API_PRICE_SHARE,
  type BatchApi,
  type BatchJob,
  type BatchLine,
  type NewBatchJob,
} from '../contracts/batch-api.ts';
import type { Profile } from '../contracts/profile.ts';
import { RequestRefused } from '../contracts/provider.ts';
import { toReply } from './chat-body.ts';
import { refusalOf } from './classify-error.ts';
import type { TokenCounter } from './count-tokens.ts';
import { countMissingUsage } from './count-usage.ts';
import type { Dialects } from './dialect.ts';
import type { Endpoint } from './endpoint.ts';
import { readBatchJob } from './read-batch-job.ts';

const ENDPOINT = '/v1/chat/completions';
/** Metadata field that holds a job's label. */
const LABEL = 'hone';
/** Clocks differ: only a job created this long before the label was made is certainly another one. */
const CLOCK_SLACK_MS = 3_600_000;

/** Fields that a line may have been refused for. */
const REQUEST_FIELDS = { response_format: true, temperature: true };

type Options = { signal: AbortSignal };

/** The Batch API behind a profile. Every call is rate-limited and retried, and its errors are classified. */
export function openBatchApi(endpoint: Endpoint, { prices }: Profile, dialects: Dialects): BatchApi {
  const call = <T>(
    model: string,
    send: (client: OpenAI, options: Options) => Promise<Response>,
    read: (json: unknown) => T,
    signal?: AbortSignal,
  ): Promise<T> => {
    const readCall = (json: unknown) => ({ value: read(json), tokens: 0 });
    return endpoint.request(model, 0, { operation: 'batch', send, read: readCall }, signal);
  };

  async function create({ label, since, model, file, confirm }: NewBatchJob, signal?: AbortSignal): Promise<BatchJob> {
    const input = new File([await openAsBlob(file)], `${label}.jsonl`, { type: 'application/jsonl' });
    const fileId = await call(
      model,
      (client, options) => client.files.create({ file: input, purpose: 'batch' }, options).asResponse(),
      (json) => String((json as { id?: unknown }).id),
      signal,
    );
    return call(
      model,
      async (client, options) => {
        const existing = await findByLabel(client, label, since, options);
        if (existing) return Response.json(existing);
        await confirm();
        const body = { input_file_id: fileId, endpoint: ENDPOINT, completion_window: '24h' } as const;
        return client.batches.create({ ...body, metadata: { [LABEL]: label } }, options).asResponse();
      },
      readBatchJob,
      signal,
    );
  }

  /** The lines of a file. Endpoints keep files for a month; one that is gone has no lines. */
  const linesOf = (id: string, model: string, signal?: AbortSignal) =>
    endpoint.lines(
      model,
      (client, options) =>
        client.files
          .content(id, options)
          .asResponse()
          .catch(respondTo([404], null)),
      signal,
    );

  async function* results({ files, inputFile }: BatchJob, model: string, signal?: AbortSignal) {
    let prompts: Promise<Map<string, number>> | undefined;
    for (const id of files) {
      for await (const text of linesOf(id, model, signal)) {
        const line = readLine(text, model);
        if (!line) continue;
        if (!('reply' in line)) yield line;
        else {
          const prompt = async (counter: TokenCounter) => {
            prompts ??= countPrompts(inputFile ? linesOf(inputFile, model, signal) : [], counter);
            return (await prompts).get(line.key) ?? 0;
          };
          const billing = { model, price: prices[model], priceShare: BATCH_API_PRICE_SHARE, prompt };
          const reply = await countMissingUsage(line.reply, billing);
          endpoint.received(model, reply);
          yield { key: line.key, reply };
        }
      }
    }
  }

  /** A line that cannot be read is skipped, as if it were missing: its request is sent again. */
  function readLine(text: string, model: string): BatchLine | undefined {
    const line = parse(text);
    const key = line?.custom_id;
    if (typeof key !== 'string') return undefined;
    if (!line?.response) return { key, problem: line?.error?.code ?? 'no answer' };
    const { status_code: status, body } = line.response;
    try {
      if (status === 200) return { key, reply: toReply(body, prices[model], BATCH_API_PRICE_SHARE) };
      const error = (body as { error?: unknown } | null)?.error ?? body;
      // What a job learns is known to the requests that are then sent one by one.
      dialects.refused(model, REQUEST_FIELDS, refusalOf(Number(status), error));
      return { key, problem: endpoint.classifyLine(model, Number(status), error).what };
    } catch (error) {
      if (error instanceof RequestRefused) return { key, problem: error.reason };
      if (error instanceof SyntaxError) return { key, problem: error.message };
      throw error;
    }
  }

  return {
    offered: (signal) =>
      call(
        '',
        (client, options) =>
          client.batches
            .list({ limit: 1 }, options)
            .asResponse()
            .catch(respondTo([404, 405, 501], { offered: false })),
        (json) => (json as { offered?: boolean }).offered !== false,
        signal,
      ),
    line: (key, request) =>
      JSON.stringify({
        custom_id: key,
        method: 'POST',
        url: ENDPOINT,
        body: dialects.body(request),
      }),
    create,
    find: (label, since, signal) =>
      call(
        '',
        async (client, options) => Response.json((await findByLabel(client, label, since, options)) ?? null),
        (json) => (json === null ? undefined : readBatchJob(json)),
        signal,
      ),
    get: (id, signal) =>
      call(
        '',
        (client, options) =>
          client.batches
            .retrieve(id, options)
            .asResponse()
            .catch(respondTo([404], null)),
        (json) => (json === null ? undefined : readBatchJob(json)),
        signal,
      ),
    cancel: (id, signal) =>
      call(
        '',
        // 409, or 400 from OpenAI: the job has ended.
        (client, options) =>
          client.batches
            .cancel(id, options)
            .asResponse()
            .catch(respondTo([400, 404, 409], {})),
        () => undefined,
        signal,
      ),
    results,
  };
}

async function findByLabel(client: OpenAI, label: string, since: number, options: Options) {
  for await (const batch of client.batches.list({ limit: 100 }, options)) {
    if (batch.metadata?.[LABEL] === label) return batch;
    // Newest first.
    if (batch.created_at * 1000 < since - CLOCK_SLACK_MS) return undefined;
  }
  return undefined;
}

/** Replaces an error response with one of these statuses by a response with this body. */
function respondTo(statuses: readonly number[], body: unknown) {
  return (error: unknown): Response => {
    if (error instanceof OpenAI.APIError && statuses.includes(error.status ?? 0)) return Response.json(body);
    throw error;
  };
}

/** Tokens of the prompt of each request that was sent, by its key. */
async function countPrompts(
  sent: AsyncIterable<string> | Iterable<string>,
  counter: TokenCounter,
): Promise<Map<string, number>> {
  const prompts = new Map<string, number>();
  for await (const text of sent) {
    const { custom_id: key, body } = SentLine.safeParse(parse(text)).data ?? {};
    if (key !== undefined && body) prompts.set(key, counter.chat(body.messages));
  }
  return prompts;
}

const SentLine = z.object({
  custom_id: z.string(),
  body: z.object({
    messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
  }),
});

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
