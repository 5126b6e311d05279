export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface ChatRequest {
  model: string;
  messages: readonly ChatMessage[];
  /** Default: the endpoint's own. */
  temperature?: number;
  /** JSON schema of the answer; left out once the endpoint has refused it for this model. */
  schema?: { name: string; schema: Record<string, unknown> };
}

export interface TokenUsage {
  /** As the endpoint counted them, as are `completionTokens`; 0 where it does not say. */
  promptTokens: number;
  completionTokens: number;
}

export interface ChatReply {
  /** The `chat.completion` object as it came, with the worker's key removed wherever the endpoint echoed it. */
  body: unknown;
  usage: TokenUsage;
  /** US dollars by the profile's prices; absent where they do not name the model. */
  cost?: number;
}
