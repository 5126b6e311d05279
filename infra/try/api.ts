import type { Followed } from '../../client/follow.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { Role } from '../../server/access/roles.ts';
import { eventReader } from '../../server/page/event-stream.ts';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the wire format itself is read.
  readonly body: any;
}

interface Asked {
  /** Whose key is sent; undefined sends none. */
  readonly role?: Role;
  /** Sent as JSON, by POST. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `hone serve` as its clients see it: HTTP and JSON, with a key for each role. */
export class Api {
  readonly url: string;
  readonly #keys: Readonly<Record<Role, string>>;
  readonly #signal: AbortSignal;
  #embeddings = 0;

  constructor(url: string, keys: Readonly<Record<Role, string>>, signal: AbortSignal) {
    this.url = url;
    this.#keys = keys;
    this.#signal = signal;
  }

  /** Requests to `/v1/embeddings` that were answered with 200 so far. */
  get embeddings(): number {
    return this.#embeddings;
  }

  /** Sends a request, whatever its status. */
  async ask(path: string, asked: Asked = {}): Promise<Answer> {
    const response = await this.#fetch(path, asked);
    const text = await response.text();
    if (path === '/v1/embeddings' && response.ok) this.#embeddings++;
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  }

  /** The body of an answer that succeeded. @throws Fault `input` with status and advice of any other. */
  // biome-ignore lint/suspicious/noExplicitAny: the wire format itself is read.
  async ok(path: string, asked: Asked): Promise<any> {
    const { status, body } = await this.ask(path, asked);
    if (status < 300) return body;
    const { title = body, advice = 'See the log of hone serve.', errors = [] } = typeof body === 'object' ? body : {};
    const message = `${asked.body ? 'POST' : 'GET'} ${path} was answered with ${status}: ${[title, ...errors].join(' ')}`;
    throw new Fault('input', message, advice);
  }

  /**
   * Follows a run by its server-sent events to the end.
   * @returns the number of events.
   * @throws Error if the run does not end as `done`, or the stream breaks.
   */
  async follow(id: string, onProgress: (followed: Followed) => void = () => {}): Promise<number> {
    const path = `/api/v1/runs/${id}/events`;
    const response = await this.#fetch(path, { role: 'viewer' });
    if (!response.ok || response.body === null) throw new Error(`GET ${path} was answered with ${response.status}.`);
    const read = eventReader();
    const decoder = new TextDecoder();
    let events = 0;
    for await (const bytes of response.body) {
      for (const { event, data } of read(decoder.decode(bytes, { stream: true }))) {
        events++;
        const content = JSON.parse(data);
        if (event === 'error') throw new Error(`The events of ${id} ended with: ${content.message} ${content.advice}`);
        onProgress(content);
        if (event === 'end' && content.state === 'done') return events;
        if (event === 'end') throw new Error(`${id} ended as ${content.state}.`);
      }
    }
    throw new Error(`The events of ${id} ended before it did.`);
  }

  #fetch(path: string, { role, body, headers }: Asked): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      signal: this.#signal,
      headers: { ...(role && { authorization: `Bearer ${this.#keys[role]}` }), ...headers, ...(body && JSON_TYPE) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };
