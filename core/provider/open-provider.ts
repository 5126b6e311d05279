import type OpenAI from 'openai';
import type { ChatReply, ChatRequest } from '../contracts/chat.ts';
import type { Profile } from '../contracts/profile.ts';
import type { ChatOutcome, Provider } from '../contracts/provider.ts';
import type { RequestObserver } from '../contracts/request-observer.ts';
import { openBatchApi } from './batch-api.ts';
import type { Call, EndpointTimes } from './call.ts';
import { toReply } from './chat-body.ts';
import { countChatTokens } from './count-tokens.ts';
import { countMissingUsage } from './count-usage.ts';
import { untilAborted } from './deadline.ts';
import { Dialects, type Refusal } from './dialect.ts';
import { openEmbedder } from './embedder.ts';
import { Endpoint } from './endpoint.ts';

export type { Provider } from '../contracts/provider.ts';

/** Estimated tokens of an answer, for the rate limit. */
const ANSWER_TOKENS = 150;

/**
 * Opens a profile's endpoint; nothing is sent yet.
 * @param times overrides, in milliseconds: longest wait that is slept (default 20 s), first backoff (0.5 s), time-out
 *   of a request (300 s), grace of a request in flight after an abort (55 s).
 * @param observer told of every request; default: nobody.
 */
export function openProvider(
  name: string,
  profile: Profile,
  times: Partial<EndpointTimes> = {},
  observer?: RequestObserver,
): Provider {
  const endpoint = new Endpoint(name, profile, times, observer && { observer });
  const dialects = new Dialects(name, profile);
  const firstAlone = oneAtATime();

  /** How a request is sent and its answer read, in the dialect of its model. */
  function callFor(request: ChatRequest): Call<ChatReply> {
    const { model, messages } = request;
    const price = profile.prices[model];
    let body: Record<string, unknown> = {};
    return {
      operation: 'chat',
      send: (client: OpenAI, options) => {
        body = dialects.body(request);
        return client.post<Response>('/chat/completions', { body, ...options }).asResponse();
      },
      read: async (json) => {
        const stated = toReply(json, price);
        dialects.answered(model, body);
        const value = await countMissingUsage(stated, { model, price, prompt: (counter) => counter.chat(messages) });
        const { promptTokens, completionTokens } = value.usage;
        return { value, tokens: promptTokens + completionTokens, billed: value };
      },
      onRefusal: (refusal: Refusal) => dialects.refused(model, body, refusal),
    };
  }

  /** Until a model has answered once, its requests go one at a time: what one learns, the others need not pay for. */
  function inDialect<T>(request: ChatRequest, signal: AbortSignal | undefined, send: () => Promise<T>): Promise<T> {
    return firstAlone(request.model, () => dialects.isSettled(request), send, signal);
  }

  return {
    name,
    concurrency: profile.concurrency,

    chat: (request, signal) =>
      inDialect(request, signal, async () => {
        const { model, messages } = request;
        const estimate = (await countChatTokens(model, messages)) + ANSWER_TOKENS;
        return endpoint.request(model, estimate, callFor(request), signal);
      }),

    attempt: (request, options) =>
      inDialect(request, options.signal, async (): Promise<ChatOutcome> => {
        const outcome = await endpoint.attempt(request.model, callFor(request), options);
        return 'value' in outcome ? { reply: outcome.value, headers: outcome.headers } : outcome;
      }),

    embedder: (model, options = {}) => openEmbedder(endpoint, model, options),
    batchApi: openBatchApi(endpoint, profile, dialects),
  };
}

/**
 * Runs work under a name one at a time, as long as a condition does not hold; the rest at once as soon as it does.
 * The returned function throws the signal's reason if that aborts while it waits.
 */
function oneAtATime() {
  const running = new Map<string, Promise<unknown>>();
  return async <T>(
    name: string,
    isSettled: () => boolean,
    work: () => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> => {
    while (!isSettled()) {
      const before = running.get(name);
      if (before) {
        await (signal ? untilAborted(before, signal) : before);
        continue;
      }
      const result = work();
      const ended = result.then(
        () => {},
        () => {},
      );
      running.set(name, ended);
      try {
        return await result;
      } finally {
        running.delete(name);
      }
    }
    return work();
  };
}
