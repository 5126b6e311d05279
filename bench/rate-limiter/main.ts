import { positive, runCommand, say } from '../command.ts';
import { describeMachine } from '../machine.ts';
import { saveResult } from '../results.ts';
import { type Figures, measure } from './measure.ts';
import { LATENCY_MS, SCENARIOS, type Scenario } from './scenarios.ts';

const SCALE = 100_000;

const USAGE = `Measures how well a fleet of workers uses a provider's limits, and how many chunks a second it asks about without limits.

Usage: npm run bench:rate-limiter -- [options]

  --only NAME   one scenario; may be repeated (default: ${[...SCENARIOS.map(({ name }) => name), 'scale'].join(', ')})
  --workers N   worker processes (default 4)
  --requests N  requests a scenario (default 10,000; scale: 100,000 chunks)
  --json        write figures as JSON to stdout instead of the table
  --help

See bench/README.md.
`;

const OPTIONS = {
  only: { type: 'string', multiple: true },
  workers: { type: 'string' },
  requests: { type: 'string' },
  json: { type: 'boolean' },
} as const;

await runCommand(USAGE, OPTIONS, async ({ only, workers: given, requests, json }) => {
  const workers = given === undefined ? 4 : positive('workers', given);
  const count = requests === undefined ? undefined : positive('requests', requests);
  const scale: Scenario = { name: 'scale', requests: SCALE, words: 0, limits: {}, known: true, binds: 'requests' };
  const scenarios = [...SCENARIOS, scale]
    .filter(({ name }) => !only || only.includes(name))
    .map((scenario) => withRequests(scenario, count ?? scenario.requests));
  const results: Record<string, Figures> = {};
  let path = '';
  for (const scenario of scenarios) {
    results[scenario.name] = await measure(scenario, workers, say);
    path = await saveResult(
      'rate-limiter.json',
      JSON.stringify({ machine: describeMachine(), workers, results }, null, 2),
    );
  }
  say(`all figures: ${path}`);
  process.stdout.write(json ? `${JSON.stringify(results, null, 2)}\n` : table(results, workers));
});

function withRequests(scenario: Scenario, requests: number): Scenario {
  const share = requests / scenario.requests;
  return {
    ...scenario,
    requests,
    ...(scenario.change && { change: { ...scenario.change, after: scenario.change.after * share } }),
    ...(scenario.pause && { pause: { ...scenario.pause, after: scenario.pause.after * share } }),
  };
}

function table(results: Readonly<Record<string, Figures>>, workers: number): string {
  const { cpu, cores, memoryGB, system } = describeMachine();
  const rows = Object.entries(results).map(([name, figures]) => [
    name,
    `${Math.round(figures.seconds)} s`,
    `${Math.round(figures.chunksPerSecond)}`,
    figures.quotaUsed === undefined ? '' : percent(figures.quotaUsed),
    `${percent(figures.rejectedShare)} (${figures.rejected})`,
    `${figures.lost}`,
    `${figures.billedTwice}`,
    percent(figures.slotsHeld) +
      (figures.slotsHeldInPause === undefined ? '' : `; in the pause ${figures.slotsHeldInPause}`),
    `${Math.round(figures.leaseTripMs)} / ${Math.round(figures.leaseMs)} ms`,
    `${Math.max(...figures.askingHistories)} / ${Math.max(0, ...figures.rateLimiterHistories)}`,
    `${Math.round(Math.max(...figures.workerBytes) / 1e6)} MB`,
  ]);
  const head = [
    '',
    'time',
    'chunks/s',
    'quota used',
    'rejected',
    'lost',
    'billed twice',
    'slots held',
    'lease: trip / median',
    'largest history: asking / rate limiter',
    'worker memory',
  ];
  return [
    `${cpu}, ${cores} cores, ${memoryGB} GB, ${system}; ${workers} worker processes, the provider (${LATENCY_MS} ms an answer) and Temporal on the same machine`,
    '',
    ...[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
