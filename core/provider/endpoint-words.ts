/** How messages speak of an endpoint, and what they advise whoever has configured it. */
export interface EndpointWords {
  /** Begins a sentence: `The endpoint of profile "default" (host)`. */
  readonly subject: string;
  /** `host (profile "default")` */
  readonly server: string;
  /** Begins a sentence: whoever pays. */
  readonly account: string;
  readonly adviseModel: string;
  /** What to do when it is not available. */
  readonly adviseWaiting: string;
  readonly adviseKey: (model: string) => string;
  /** What may be wrong with an address where there is no such API. Default: `adviseBaseURL`. */
  readonly adviseAddress?: (baseURL: string) => string;
}

/** For the endpoint of a profile of a worker. */
export function profileWords(profile: string, host: string): EndpointWords {
  return {
    subject: `The endpoint of profile "${profile}" (${host})`,
    server: `${host} (profile "${profile}")`,
    account: `The account behind profile "${profile}" (${host})`,
    adviseModel:
      'Name one it has (questions.model, or evaluation.compareWith), or point the profile at an endpoint that serves it.',
    adviseWaiting:
      'The run tries again by itself; answers so far are kept. If it never gets through, check that the endpoint is up and its base URL right.',
    adviseKey: (model) =>
      `Give the worker a key that may use ${model} there (OPENAI_API_KEY for the profile "default").`,
  };
}
