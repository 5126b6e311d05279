import { positive, runCommand, say } from '../command.ts';
import { describeMachine } from '../machine.ts';
import { saveResult } from '../results.ts';
import { type ApiFigures, measure } from './measure.ts';
import { type Latencies, quantile } from './requests.ts';

const USAGE = `How soon hone serve answers beside many runs.

Usage: npm run bench:api -- [options]

  --runs N      runs that are started (default 1,000)
  --running N   of them, those that have a step that is executed (default 100); the others wait
  --rate N      requests a second, of all kinds together (default 20)
  --seconds N   (default 60)
  --json        print JSON instead of the table
  --help

See bench/README.md.
`;

const OPTIONS = {
  runs: { type: 'string', default: '1000' },
  running: { type: 'string', default: '100' },
  rate: { type: 'string', default: '20' },
  seconds: { type: 'string', default: '60' },
  json: { type: 'boolean' },
} as const;

await runCommand(USAGE, OPTIONS, async ({ runs, running, rate, seconds, json }) => {
  const options = {
    runs: positive('runs', runs),
    running: positive('running', running),
    perSecond: positive('rate', rate),
    seconds: positive('seconds', seconds),
  };
  const figures = await measure(options, say);
  say(
    `all results: ${await saveResult('api.json', JSON.stringify({ machine: describeMachine(), ...figures }, null, 2))}`,
  );
  process.stdout.write(json ? `${JSON.stringify(figures, null, 2)}\n` : table(figures));
});

function table({ queued, beside, processorMs, options }: ApiFigures): string {
  const rows = [{ ...queued, kind: `${queued.kind}, eight at once` }, ...beside].map(row);
  const head = ['request', 'number', 'p50', 'p99', 'longest'];
  const lines = [head, ['---', '---:', '---:', '---:', '---:'], ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const times = processorMs && [
    `Processor time for a request: ${processorMs.serve.toFixed(1)} ms in hone serve.`,
    `Temporal: ${processorMs.temporal.toFixed(1)} ms, that of ${options.running} running steps included.`,
  ];
  return `${[...lines, ...(times ? ['', ...times] : [])].join('\n')}\n`;
}

function row({ kind, milliseconds }: Latencies): string[] {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const at = (share: number) => `${Math.round(quantile(sorted, share))} ms`;
  return [kind, sorted.length.toLocaleString('en'), at(0.5), at(0.99), at(1)];
}
