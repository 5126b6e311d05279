import type { RequestObserver, SentRequest } from '../../core/contracts/request-observer.ts';
import type { RecordSpan } from '../../core/contracts/tracing.ts';

/**
 * Records a span for each request to an endpoint, with the attributes of OpenTelemetry's semantic conventions for
 * generative AI that hold no text.
 */
export function tracedRequests(record: RecordSpan): RequestObserver {
  return {
    sent(request) {
      const beginMs = Date.now();
      return (outcome, billed) =>
        record({
          name: request.operation === 'batch' ? 'batch' : `${request.operation} ${request.model}`,
          kind: 'client',
          beginMs,
          endMs: Date.now(),
          attributes: { ...attributesOf(request), ...(billed && usageOf(billed.usage)) },
          error: outcome === 'answered' ? undefined : outcome,
        });
    },
    received: () => {},
  };
}

/** Any server with OpenAI's API is `openai`: which one it is, its address says. */
function attributesOf({ profile, model, operation, host }: SentRequest): Record<string, string | number> {
  const { hostname, port } = new URL(`http://${host}`);
  return {
    'gen_ai.provider.name': 'openai',
    ...(operation !== 'batch' && { 'gen_ai.operation.name': operation }),
    ...(model !== '' && { 'gen_ai.request.model': model }),
    'server.address': hostname,
    ...(port !== '' && { 'server.port': Number(port) }),
    'hone.profile': profile,
  };
}

function usageOf({ promptTokens, completionTokens }: { promptTokens: number; completionTokens: number }) {
  return { 'gen_ai.usage.input_tokens': promptTokens, 'gen_ai.usage.output_tokens': completionTokens };
}
