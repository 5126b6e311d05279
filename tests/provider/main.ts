import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { AnswerShape } from './answer.ts';
import type { LimitOptions } from './limits.ts';
import { type FaultShares, shareOfFaults } from './share-of-faults.ts';
import { type ProviderOptions, startProvider } from './start-provider.ts';

/**
 * Runs the provider until it is interrupted, then prints what was billed. Options without a flag are given as JSON:
 *
 *     node tests/provider/main.ts --port 8080 --rpm 60 --tpm 40000 \
 *       --faults '{"ofRequests":{"500":0.01,"hang":0.001},"ofPassages":{"unusable":0.01,"refuse":0.005}}' \
 *       --options '{"batches":{"takesMs":60000},"retryAfterMs":360000,"exactTokens":true}' \
 *       --change '{"afterMs":30000,"requestsPerMinute":30}'
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    key: { type: 'string' },
    rpm: { type: 'string' },
    tpm: { type: 'string' },
    latency: { type: 'string', default: '0' },
    shape: { type: 'string', default: 'numbered' },
    'no-schema': { type: 'boolean', default: false },
    /** `FaultShares`. */
    faults: { type: 'string' },
    /** `ProviderOptions` without `now` and `inject`. */
    options: { type: 'string', default: '{}' },
    /** New limits, `afterMs` milliseconds after the start; may be repeated. */
    change: { type: 'string', multiple: true, default: [] },
  },
});
const provider = await startProvider({
  port: Number(values.port),
  latencyMs: Number(values.latency),
  shape: values.shape as AnswerShape,
  structured: !values['no-schema'],
  apiKey: values.key,
  requestsPerMinute: values.rpm === undefined ? undefined : Number(values.rpm),
  tokensPerMinute: values.tpm === undefined ? undefined : Number(values.tpm),
  inject: values.faults === undefined ? undefined : shareOfFaults(JSON.parse(values.faults) as FaultShares),
  ...(JSON.parse(values.options) as ProviderOptions),
});
console.log(`OPENAI_BASE_URL=${provider.url} OPENAI_API_KEY=${values.key ?? 'anything'}`);
for (const change of values.change) {
  const { afterMs, ...limits } = JSON.parse(change) as { afterMs: number } & LimitOptions;
  void pause(afterMs, undefined, { ref: false }).then(() => provider.setLimits(limits));
}
process.once('SIGINT', async () => {
  const { prompts: _, ...billed } = provider.stats;
  const timesBilled = Object.fromEntries(provider.stats.timesBilled);
  console.log(JSON.stringify({ ...billed, timesBilled }, null, 2));
  await provider.close();
});
