import { APIConnectionError, APIError } from 'openai';
import { Fault } from '../contracts/fault.ts';
import { RequestRefused, type TransientFailure } from '../contracts/provider.ts';
import type { Refusal } from './dialect.ts';
import { type EndpointWords, profileWords } from './endpoint-words.ts';
import { adviseBaseURL, isWebPage } from './foreign-response.ts';
import { waitFromHeaders } from './limit-headers.ts';
import type { Redact } from './redact.ts';

/** What error messages name: the profile, its host, the model; and how secrets are removed from them. */
export interface RequestTarget {
  profile: string;
  host: string;
  baseURL: string;
  apiVersion?: string | undefined;
  model: string;
  redact: Redact;
  /** Default: those for a profile of a worker. */
  words?: EndpointWords | undefined;
}

/** Statuses after which the same request may succeed: time-out, conflict, too early, too many requests. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 409, 425, 429]);
const RATE_LIMITED = 429;

/** By code: OpenAI, Azure, Alibaba (`Arrearage`), Moonshot, Zhipu (1113), Volcengine (`AccountOverdueError`). */
const NO_CREDIT =
  /insufficient_?(quota|balance|credit)|billing_(hard_limit|not_active)|account_?(deactivated|overdue)|arrearage|exceeded_current_quota|^1113$/i;
/** By message, where vendors give no code of their own. Daily quotas are not among them: they come back. */
const NO_CREDIT_SENTENCE =
  /exceeded your current quota, please check your plan|account is not active|insufficient (balance|credit)|余额不足|已欠费|欠费/i;
/** A request that is larger than a minute's tokens, which no waiting makes smaller (OpenAI, Groq). */
const OVER_A_MINUTE = /request too large .*\b(tokens per min|tpm)\b|\brequested\b.*must be reduced/is;
const TOO_LONG =
  /context[_ -]?(length|size|window)|maximum (context|input)|max(imum)?[_ ](model|input|sequence)[_ ]?len|too (long|many (input )?tokens)|reduce the length/i;
const FILTERED =
  /content[_ ]?(filter|policy|management)|responsible ?ai|data_inspection_failed|content exists risk|safety system|moderation|flagged|敏感|违规/i;
/** A refusal that speaks of these is about whoever asks, not about the text. */
const ACCOUNT = /\b(account|organi[sz]ation|api[ _-]?key|access)\b|账号|账户|密钥/i;
const NO_MODEL = /model[_ ]not[_ ]?(found|exist)|deploymentnotfound|unknown_model|invalid_model/i;
const NO_MODEL_SENTENCE =
  /\bmodel\b.{0,120}\b(not found|not exist|does not exist|doesn't exist|is not available|unknown)|\b(unknown|invalid|no such) model\b/i;
const TLS = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|WRONG_VERSION_NUMBER/;

/**
 * Classifies what the SDK, `fetch` or reading a body threw: a transient failure is returned, any other thrown.
 * The original error is never attached as a cause, as it may hold what the server echoed.
 * @throws RequestRefused if this request can never be answered; Fault `credentials` or `config` if no request can.
 */
export function classifyError(error: unknown, target: RequestTarget): TransientFailure {
  if (error instanceof APIConnectionError) return unreachable(error, target);
  if (error instanceof APIError && error.status !== undefined) {
    return classifyStatus(error.status, error.headers ?? new Headers(), bodyOf(error), target);
  }
  return { what: interruption(error), rateLimited: false };
}

/** What an error response says, with its code. */
export function refusalOf(status: number, body: unknown): Refusal {
  const { code, message } = describe(body);
  return { status, text: `${code} ${message}` };
}

/** The `error` object of a response, or its text where that is not JSON. */
export function bodyOf({ error, message, status }: APIError): unknown {
  return error ?? message.replace(new RegExp(`^${status} `), '');
}

/** The fault of an address at which there is no API. @param what as a predicate of the endpoint. */
export function notAnApi(what: string, target: RequestTarget): Fault {
  const { baseURL, apiVersion } = target;
  const { subject, adviseAddress } = wordsOf(target);
  const advice = adviseAddress?.(baseURL) ?? adviseBaseURL(baseURL, { apiVersion });
  return new Fault('config', `${subject} ${what}.`, advice);
}

function wordsOf({ words, profile, host }: RequestTarget): EndpointWords {
  return words ?? profileWords(profile, host);
}

/**
 * Classifies an error response. The order of the checks matters: an account without credit answers 429 too.
 * @param body the response's `error` object, or its text where it was not JSON.
 * @throws as `classifyError`.
 */
export function classifyStatus(
  status: number,
  headers: Headers,
  body: unknown,
  target: RequestTarget,
): TransientFailure {
  const { host, model, redact } = target;
  const { subject, account, adviseKey, adviseModel } = wordsOf(target);
  const { code, message } = describe(body);
  const quoted = clip(redact(message));
  const because = quoted && `: ${quoted}`;

  if (status === 402 || NO_CREDIT.test(code) || NO_CREDIT_SENTENCE.test(message)) {
    throw new Fault(
      'credentials',
      `${account} has no credit left.`,
      'Top it up, then start the run again: what was answered so far is kept and not paid for twice.',
    );
  }
  const aboutAccount = (status === 401 || status === 403) && ACCOUNT.test(message);
  if (!aboutAccount && (FILTERED.test(code) || FILTERED.test(message))) {
    throw new RequestRefused(
      'content-filter',
      `The content filter of ${host} refused the text${because}`,
      'Leave the text out, or ask a model without that filter.',
    );
  }
  if (status === RATE_LIMITED && OVER_A_MINUTE.test(message)) {
    throw new RequestRefused(
      'context-length',
      `The request is larger than the tokens a minute that ${host} allows${because}`,
      'Make the chunks smaller (chunks.maxTokens), or ask the vendor for a higher limit.',
    );
  }
  if (status === 401 || status === 403) {
    throw new Fault('credentials', `${subject} refused the key (${status}).`, adviseKey(model));
  }
  if (TRANSIENT.has(status) || status >= 500) {
    const rateLimited = status === RATE_LIMITED;
    const said = quoted === '' || isWebPage(message) ? {} : { said: quoted };
    return { what: `answered ${status}`, ...said, rateLimited, waitMs: waitFromHeaders(headers) };
  }
  if (NO_MODEL.test(code) || NO_MODEL_SENTENCE.test(message)) {
    throw new Fault('config', `${subject} has no model "${model}".`, adviseModel);
  }
  if (status === 404 || status === 405 || isWebPage(message)) {
    throw notAnApi(`does not speak OpenAI’s API at this address (${status})`, target);
  }
  if (status === 413 || TOO_LONG.test(code) || TOO_LONG.test(message)) {
    throw new RequestRefused(
      'context-length',
      `The text is longer than "${model}" reads${because}`,
      'Make the chunks smaller (chunks.maxTokens), or ask a model that reads more.',
    );
  }
  throw new RequestRefused(
    'rejected',
    `${subject} rejected the request (${status})${because}`,
    'See what the endpoint says about it; another model or other options may be accepted.',
  );
}

/** Some gateways wrap an upstream's error in a 200: its status and `error` object. */
export function errorInBody(json: unknown): { status: number; error: unknown } | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { error, choices, data } = json as Record<string, unknown>;
  if (!error || Array.isArray(choices) || (data !== undefined && data !== null)) return undefined;
  const code = Number((error as Record<string, unknown>).code);
  return { status: code >= 400 && code < 600 ? code : 502, error };
}

function unreachable(error: APIConnectionError, target: RequestTarget): TransientFailure {
  const code = causeCode(error);
  if (TLS.test(code)) {
    throw new Fault(
      'config',
      `The certificate of ${wordsOf(target).server} is not trusted: ${code}.`,
      'Give the worker its certificate authority with NODE_EXTRA_CA_CERTS, or correct the base URL.',
    );
  }
  return { what: `could not be reached${code && ` (${code})`}`, rateLimited: false };
}

function causeCode(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const { code } = inner as NodeJS.ErrnoException;
    if (typeof code === 'string' && /^[A-Z0-9_]+$/.test(code)) return code;
  }
  return '';
}

/** A body that ended early is a `TypeError: terminated` from fetch, or a SyntaxError from JSON. */
function interruption(error: unknown): string {
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

export function clip(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 240 ? `${line.slice(0, 240)}…` : line;
}
