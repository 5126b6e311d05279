import type { Measure } from '../../core/contracts/metrics.ts';
import type { Billed, RequestObserver, SentRequest } from '../../core/contracts/request-observer.ts';

/** Measures the requests to endpoints, and what their answers cost. */
export function measuredRequests(measure: Measure): RequestObserver {
  const bill = ({ profile, model }: SentRequest, { usage, cost }: Billed) => {
    measure('hone_llm_tokens', usage.promptTokens, { profile, model, direction: 'input' });
    measure('hone_llm_tokens', usage.completionTokens, { profile, model, direction: 'output' });
    if (cost !== undefined) measure('hone_llm_dollars', cost, { profile, model });
  };
  return {
    sent(request) {
      const begin = performance.now();
      const { profile, model, operation } = request;
      return (outcome, billed) => {
        measure('hone_llm_requests', 1, { profile, model, operation, outcome });
        measure('hone_llm_seconds', (performance.now() - begin) / 1000, { profile, model, operation });
        if (billed) bill(request, billed);
      };
    },
    received: bill,
  };
}
