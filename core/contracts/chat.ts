export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface ChatRequest {
  model: string;
  messages: readonly ChatMessage[];
  /** Default: the endpoint's own. Left out for a model that takes none. */
  temperature?: number | undefined;
  /** JSON schema of the answer. Left out for a model that takes none. */
  schema?: { name: string; schema: Record<string, unknown> };
}

export interface TokenUsage {
  promptTokens: number;
  completionTokens: number;
  /** Set where the endpoint does not state them, so that Hone has counted them itself. */
  counted?: true | undefined;
}

/** A `chat.completion` object. */
export interface ChatCompletion {
  choices: unknown[];
  [field: string]: unknown;
}

export interface ChatReply {
  /** As it came, with the worker's key removed wherever the endpoint echoed it. */
  body: ChatCompletion;
  usage: TokenUsage;
  /** US dollars by the profile's prices; absent where they do not name the model. */
  cost?: number | undefined;
}
