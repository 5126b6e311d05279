import { APIConnectionError, APIError } from 'openai';
import { Fault } from '../contracts/fault.ts';
import { RequestRefused } from '../contracts/provider.ts';
import { waitFromHeaders } from './limit-headers.ts';
import type { Redact } from './redact.ts';

/** Worth another try, after `waitMs` where the endpoint named a time. */
export interface Passing {
  what: string;
  waitMs?: number;
  /** The endpoint said "too much" (429): everybody on this key should wait, not only this request. */
  throttled: boolean;
}

/** What an error message may mention: the profile, where it points, the model, and the hand that strikes out the key. */
export interface Addressee {
  profile: string;
  host: string;
  model: string;
  redact: Redact;
}

const TOO_LONG =
  /context[_ -]?(length|size|window)|maximum (context|input)|max(imum)?[_ ](model|input|sequence)[_ ]?len|too (long|many (input )?tokens)|reduce the length/i;
const FILTERED =
  /content[_ ]?(filter|policy|management)|responsible ?ai|data_inspection_failed|content exists risk|safety system/i;
const NO_MODEL = /model[_ ]not[_ ]?(found|exist)|deploymentnotfound|unknown_model|invalid_model/i;
const NO_MODEL_SENTENCE =
  /\bmodel\b.{0,120}\b(not found|not exist|does not exist|doesn't exist|is not available|unknown)|\b(unknown|invalid|no such) model\b/i;
const TLS = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|WRONG_VERSION_NUMBER/;

/**
 * Sorts what the SDK, `fetch` or a body threw. Returned: it may pass. Thrown: it will not.
 * The original error is never attached as a cause: it may hold what the server echoed.
 * @throws RequestRefused for this request alone; Fault `credentials` or `config` for all of them.
 */
export function sortError(error: unknown, to: Addressee): Passing {
  if (error instanceof APIConnectionError) return unreachable(error, to);
  if (error instanceof APIError && error.status !== undefined) {
    return sortStatus(error.status, error.headers ?? new Headers(), error.error, to);
  }
  return { what: cutShort(error), throttled: false };
}

/** @param body the response's `error` object, or its text where it was not JSON. */
export function sortStatus(status: number, headers: Headers, body: unknown, to: Addressee): Passing {
  const { code, message } = describe(body);
  const said = clip(to.redact(message));
  const who = `The endpoint of profile "${to.profile}" (${to.host})`;

  if (status === 402 || /insufficient_(quota|balance)|billing_hard_limit/i.test(code)) {
    throw new Fault(
      'credentials',
      `The account behind profile "${to.profile}" (${to.host}) has no credit left.`,
      'Top it up, then start the run again: what was answered so far is kept and not paid for twice.',
    );
  }
  if (status === 401 || status === 403) {
    throw new Fault(
      'credentials',
      `${who} refused the key (${status}).`,
      `Give the worker a key that may use ${to.model} there (OPENAI_API_KEY for the profile "default").`,
    );
  }
  const waitMs = waitFromHeaders(headers);
  if (status === 408 || status === 409 || status === 425 || status === 429 || status >= 500) {
    return { what: `answered ${status}`, throttled: status === 429, ...(waitMs !== undefined && { waitMs }) };
  }
  if (NO_MODEL.test(code) || NO_MODEL_SENTENCE.test(message)) {
    throw new Fault(
      'config',
      `${who} has no model "${to.model}".`,
      'Name one it has (questions.model, or evaluation.compareWith), or point the profile at an endpoint that serves it.',
    );
  }
  if (status === 404 || status === 405) {
    throw new Fault(
      'config',
      `${who} does not speak OpenAI’s API at this address (${status}).`,
      'Check the base URL of the profile (OPENAI_BASE_URL for "default"): it usually ends in /v1.',
    );
  }
  if (status === 413 || TOO_LONG.test(code) || TOO_LONG.test(message)) {
    throw new RequestRefused(
      'context-length',
      `The text is longer than "${to.model}" reads${said && `: ${said}`}`,
      'Make the chunks smaller (chunks.maxTokens), or ask a model that reads more.',
    );
  }
  if (FILTERED.test(code) || FILTERED.test(message)) {
    throw new RequestRefused(
      'content-filter',
      `The content filter of ${to.host} refused the text${said && `: ${said}`}`,
      'Leave the text out, or ask a model without that filter.',
    );
  }
  throw new RequestRefused(
    'rejected',
    `${who} rejected the request (${status})${said && `: ${said}`}`,
    'See what the endpoint says of it; another model or other options may be accepted.',
  );
}

function unreachable(error: APIConnectionError, to: Addressee): Passing {
  const code = causeCode(error);
  if (TLS.test(code)) {
    throw new Fault(
      'config',
      `The certificate of ${to.host} (profile "${to.profile}") is not trusted: ${code}.`,
      'Give the worker its certificate authority with NODE_EXTRA_CA_CERTS, or correct the base URL.',
    );
  }
  return { what: `could not be reached${code && ` (${code})`}`, throttled: false };
}

function causeCode(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const code = (inner as NodeJS.ErrnoException).code;
    if (typeof code === 'string' && /^[A-Z0-9_]+$/.test(code)) return code;
  }
  return '';
}

/** A body that ended early surfaces as `TypeError: terminated` from fetch, or as a SyntaxError from JSON. */
function cutShort(error: unknown): string {
  if (error instanceof SyntaxError) return 'sent something that is not whole JSON';
  return 'broke off in the middle of its answer';
}

/** OpenAI's `{code, type, message}`, FastAPI's `{detail}`, or plain text. */
function describe(body: unknown): { code: string; message: string } {
  if (typeof body === 'string') return { code: '', message: body };
  if (typeof body !== 'object' || body === null) return { code: '', message: '' };
  const { code, type, message, detail, error } = body as Record<string, unknown>;
  const text = [message, detail, error].find((part) => typeof part === 'string') ?? JSON.stringify(body);
  return { code: [code, type].filter((part) => typeof part === 'string').join(' '), message: String(text) };
}

function clip(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 240 ? `${line.slice(0, 240)}…` : line;
}
