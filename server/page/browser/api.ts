import { eventReader, type StreamEvent } from '../event-stream.ts';
import { key, languageTag, texts } from './session.ts';

/** An error that the server answered with, or that it did not answer. */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** 0: no answer. */
  readonly status: number;
  readonly advice: string;
  readonly errors: readonly string[];

  constructor(status: number, message: string, advice = '', errors: readonly string[] = []) {
    super(message);
    this.status = status;
    this.advice = advice;
    this.errors = errors;
  }
}

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: object;
  readonly signal?: AbortSignal;
}

/** Asks the API for JSON. `path` follows `api/v1/`; undefined for an answer without content. @throws Problem */
export async function ask<T>(path: string, asked: Asked = {}): Promise<T> {
  const response = await send(path, asked);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** Server-sent events until the stream ends. @throws Problem */
export async function* events(path: string, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  const { body } = await send(path, { signal });
  if (!body) return;
  const read = eventReader();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* read(value);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** A part of a path, made of a name that may hold any characters. */
export function part(name: string): string {
  return encodeURIComponent(name);
}

async function send(path: string, { method, body, signal }: Asked): Promise<Response> {
  const token = key.get();
  const headers = new Headers({ 'accept-language': languageTag() });
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  if (body) headers.set('content-type', 'application/json');
  let response: Response;
  try {
    response = await fetch(`api/v1/${path}`, {
      method: method ?? (body ? 'POST' : 'GET'),
      headers,
      credentials: 'omit',
      ...(body && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, texts().noAnswer, texts().noAnswerAdvice);
  }
  if (response.ok) return response;
  throw await problemOf(response);
}

async function problemOf(response: Response): Promise<Problem> {
  const { status } = response;
  try {
    const { title, advice, errors } = await response.json();
    return new Problem(status, String(title), String(advice ?? ''), Array.isArray(errors) ? errors.map(String) : []);
  } catch {
    return new Problem(status, `${texts().failed} (${status})`);
  }
}
