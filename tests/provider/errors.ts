export interface ErrorBody {
  error: Record<string, unknown>;
}

/** OpenAI's error for a status. */
export function errorBody(status: number, model: string): ErrorBody {
  const error = (message: string, type: string, code: string | null) => ({
    error: { message, type, param: null, code },
  });
  switch (status) {
    case 401:
      return error('Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key');
    case 404:
      return error(
        `The model \`${model}\` does not exist or you do not have access to it.`,
        'invalid_request_error',
        'model_not_found',
      );
    case 429:
      return error('Rate limit reached for requests.', 'requests', 'rate_limit_exceeded');
    case 400:
      return error('The request is not valid.', 'invalid_request_error', null);
    default:
      return error('The server had an error while processing your request.', 'server_error', null);
  }
}

/** OpenAI's error for an invalid parameter. */
export function invalid(message: string, param: string | null): ErrorBody {
  return { error: { message, type: 'invalid_request_error', param, code: null } };
}

/** OpenAI's error for a prompt longer than the context. */
export function tooLong(limit: number, tokens: number): ErrorBody {
  return {
    error: {
      message: `This model's maximum context length is ${limit} tokens. However, your messages resulted in ${tokens} tokens. Please reduce the length of the messages.`,
      type: 'invalid_request_error',
      param: 'messages',
      code: 'context_length_exceeded',
    },
  };
}

/** Azure's error for a prompt that its content filter rejects. */
export function filtered(): ErrorBody {
  return {
    error: {
      message: "The response was filtered due to the prompt triggering the service's content management policy.",
      type: null,
      param: 'prompt',
      code: 'content_filter',
      status: 400,
    },
  };
}
