import type { ChatRequest } from '../contracts/chat.ts';
import { Fault } from '../contracts/fault.ts';
import type { Profile } from '../contracts/profile.ts';
import { chatBody } from './chat-body.ts';

/** A response that refuses a request, whatever for. */
export interface Refusal {
  status: number;
  /** What the endpoint says, with its error code, as one text. */
  text: string;
}

/** What a model is known to take of a chat request. */
interface Knowledge {
  /** `doubted`: a request with it failed for no stated reason, so the next one goes without. */
  schema: 'unknown' | 'taken' | 'doubted' | 'refused';
  temperature: boolean;
  /** Fields that may limit the tokens of an answer; the first one is sent. */
  limits: string[];
  /** A request was answered: what it was sent with is taken. */
  settled: boolean;
}

/** How endpoints say that they do not take structured output. */
const SCHEMA =
  /response[_ ]?format|json[_ ]?(schema|validate|mode|object)|structured[_ ]outputs?|response[_ ]schema|guided|grammar/i;
/** How they say that they do not take a field. */
const NOT_TAKEN =
  /unsupported|(not|n['’]t) (be )?(support|allow|permit|accept|recogni[sz]|available|set|specified|compatible|valid)|unknown|unrecogni[sz]ed|unexpected|extra|invalid|deprecated|(may|can) only|only (the )?(default|\d)|use ['"`]?max_(completion_)?tokens|不支持|无效|未知|仅支持/i;
/** How they say that they take it, but not that value. */
const OUT_OF_RANGE =
  /between|range|(less|greater|larger|smaller|more) than|at (most|least)|too (large|small|high|low|many)|exceed|maximum|minimum|must be [<>≤≥]|大于|小于|超过|范围/i;

/** Statuses by which requests are refused for their fields. */
const BY_FIELDS: ReadonlySet<number> = new Set([400, 404, 415, 422, 500, 501, 503]);
/** Those after which a request is never answered, so that it is repeated at once even if no reason is stated. */
const FINAL: ReadonlySet<number> = new Set([400, 415, 422]);
/** Those after which, if no reason is stated, the next request goes without a schema: it may have been an outage. */
const PASSING: ReadonlySet<number> = new Set([500, 501]);

/**
 * What the models of a profile take of chat requests: a schema, a temperature, which field limits the answer. Learned
 * from refusals, once for each model and process: an endpoint bills no refusal, but a hundred of them take time.
 */
export class Dialects {
  readonly #profile: string;
  readonly #options: Pick<Profile, 'extraBody' | 'maxTokens'>;
  readonly #known = new Map<string, Knowledge>();

  /** @param profile its name, for messages. */
  constructor(profile: string, options: Pick<Profile, 'extraBody' | 'maxTokens'>) {
    this.#profile = profile;
    this.#options = options;
  }

  /** The body to send for a request, as far as the model's dialect is known. */
  body(request: ChatRequest): Record<string, unknown> {
    const { schema, temperature, limits } = this.#of(request.model);
    const { max_tokens, max_completion_tokens, ...extra } = this.#options.extraBody ?? {};
    const tokens = max_tokens ?? max_completion_tokens ?? this.#options.maxTokens;
    const [limit] = limits;
    return {
      ...chatBody(temperature ? request : { ...request, temperature: undefined }, TAKES_SCHEMA[schema]),
      ...(limit !== undefined && tokens !== undefined && { [limit]: tokens }),
      ...extra,
    };
  }

  /** Whether nothing in a request may be refused for the field alone. */
  isSettled(request: ChatRequest): boolean {
    if (this.#of(request.model).settled) return true;
    const { model: _, messages: __, ...fields } = this.body(request);
    return Object.keys(fields).length === 0;
  }

  /** Learns that a body was answered. */
  answered(model: string, body: Record<string, unknown>): void {
    const known = this.#of(model);
    known.settled = true;
    if ('response_format' in body) known.schema = 'taken';
    else if (known.schema === 'doubted') known.schema = 'refused';
  }

  /**
   * Learns from a refusal of a body.
   * @returns whether the request should be sent again at once, as its body is another one now.
   * @throws Fault `config` if the refused field is one that the profile adds.
   */
  refused(model: string, body: Record<string, unknown>, { status, text }: Refusal): boolean {
    const known = this.#of(model);
    // The request without a schema fails as well: the schema was not the reason.
    if (known.schema === 'doubted') known.schema = 'unknown';
    if (!BY_FIELDS.has(status)) return false;
    if (NOT_TAKEN.test(text) && !OUT_OF_RANGE.test(text)) {
      this.#checkExtra(text);
      if (learnField(known, body, text)) return true;
    }
    if (!('response_format' in body)) return false;
    if (SCHEMA.test(text) && (status < 500 || known.schema !== 'taken')) {
      known.schema = 'refused';
      return true;
    }
    if (known.schema !== 'unknown') return false;
    if (FINAL.has(status) || PASSING.has(status)) known.schema = 'doubted';
    return FINAL.has(status);
  }

  #of(model: string): Knowledge {
    const known = this.#known.get(model) ?? {
      schema: this.#options.extraBody?.response_format === undefined ? 'unknown' : 'refused',
      temperature: true,
      limits: ['max_tokens', 'max_completion_tokens'],
      settled: false,
    };
    this.#known.set(model, known);
    return known;
  }

  /** The worker's administrator wants these fields: they are not left out without a word. */
  #checkExtra(text: string): void {
    const { max_tokens: _, max_completion_tokens: __, ...extra } = this.#options.extraBody ?? {};
    const field = Object.keys(extra).find((name) => mentions(text, name));
    if (field === undefined) return;
    throw new Fault(
      'config',
      `The endpoint of profile "${this.#profile}" does not take the field "${field}" in extraBody.`,
      'Remove it from the profile in worker.yaml, or correct its name and value; then restart the worker.',
    );
  }
}

const TAKES_SCHEMA: Readonly<Record<Knowledge['schema'], boolean>> = {
  unknown: true,
  taken: true,
  doubted: false,
  refused: false,
};

/** Leaves out or renames the field of a body that a text refuses. @returns false if it names no such field. */
function learnField(known: Knowledge, body: Record<string, unknown>, text: string): boolean {
  if ('temperature' in body && mentions(text, 'temperature')) {
    known.temperature = false;
    return true;
  }
  const [limit] = known.limits;
  if (limit === undefined || !(limit in body) || !/max_(completion_)?tokens/i.test(text)) return false;
  known.limits.shift();
  return true;
}

function mentions(text: string, field: string): boolean {
  return new RegExp(`(?<!\\w)${field.replace(/[^\w]/g, '\\$&')}(?!\\w)`, 'i').test(text);
}
