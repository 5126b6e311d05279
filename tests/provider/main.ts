import { parseArgs } from 'node:util';
import type { AnswerShape } from './answer.ts';
import { startProvider } from './start-provider.ts';

/** Serves until it is interrupted, then prints what was billed: `node tests/provider/main.ts --port 8080 --rpm 60`. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    key: { type: 'string' },
    rpm: { type: 'string' },
    tpm: { type: 'string' },
    latency: { type: 'string', default: '0' },
    shape: { type: 'string', default: 'numbered' },
    'no-schema': { type: 'boolean', default: false },
  },
});
const provider = await startProvider({
  port: Number(values.port),
  latencyMs: Number(values.latency),
  shape: values.shape as AnswerShape,
  structured: !values['no-schema'],
  ...(values.key !== undefined && { apiKey: values.key }),
  ...(values.rpm !== undefined && { requestsPerMinute: Number(values.rpm) }),
  ...(values.tpm !== undefined && { tokensPerMinute: Number(values.tpm) }),
});
console.log(`OPENAI_BASE_URL=${provider.url} OPENAI_API_KEY=${values.key ?? 'anything'}`);
process.once('SIGINT', async () => {
  const { prompts: _, ...billed } = provider.stats;
  console.log(JSON.stringify(billed, null, 2));
  await provider.close();
});
