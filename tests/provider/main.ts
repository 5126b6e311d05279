import { parseArgs } from 'node:util';
import type { AnswerShape } from './answer.ts';
import { type FaultShares, shareOfFaults } from './share-of-faults.ts';
import { startProvider } from './start-provider.ts';

/**
 * Serves until it is interrupted, then prints what was billed:
 * `node tests/provider/main.ts --port 8080 --rpm 60 --faults '{"ofRequests":{"500":0.01},"ofPassages":{"unusable":0.01}}'`.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    key: { type: 'string' },
    model: { type: 'string', multiple: true },
    rpm: { type: 'string' },
    tpm: { type: 'string' },
    window: { type: 'string', default: 'sliding' },
    'window-ms': { type: 'string' },
    'retry-after-ms': { type: 'string' },
    latency: { type: 'string', default: '0' },
    shape: { type: 'string', default: 'numbered' },
    'no-schema': { type: 'boolean', default: false },
    'context-tokens': { type: 'string' },
    'filtered-word': { type: 'string' },
    'exact-tokens': { type: 'boolean', default: false },
    /** `FaultShares` as JSON. */
    faults: { type: 'string' },
    'no-batches': { type: 'boolean', default: false },
    'batch-takes-ms': { type: 'string' },
    'batch-window-ms': { type: 'string' },
    'batch-enqueued-tokens': { type: 'string' },
  },
});
const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));

/** Without the options that were not given. */
function given<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

const provider = await startProvider(
  given({
    port: Number(values.port),
    apiKey: values.key,
    models: values.model,
    requestsPerMinute: number(values.rpm),
    tokensPerMinute: number(values.tpm),
    window: values.window as 'sliding' | 'fixed',
    windowMs: number(values['window-ms']),
    retryAfterMs: number(values['retry-after-ms']),
    latencyMs: Number(values.latency),
    shape: values.shape as AnswerShape,
    structured: !values['no-schema'],
    contextTokens: number(values['context-tokens']),
    filteredWord: values['filtered-word'],
    exactTokens: values['exact-tokens'],
    inject: values.faults === undefined ? undefined : shareOfFaults(JSON.parse(values.faults) as FaultShares),
    batches: values['no-batches']
      ? (false as const)
      : given({
          takesMs: number(values['batch-takes-ms']),
          windowMs: number(values['batch-window-ms']),
          enqueuedTokens: number(values['batch-enqueued-tokens']),
        }),
  }),
);
console.log(`OPENAI_BASE_URL=${provider.url} OPENAI_API_KEY=${values.key ?? 'anything'}`);
process.once('SIGINT', async () => {
  const { prompts: _, ...billed } = provider.stats;
  const timesBilled = Object.fromEntries(provider.stats.timesBilled);
  console.log(JSON.stringify({ ...billed, timesBilled }, null, 2));
  await provider.close();
});
