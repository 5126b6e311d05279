import { positive, runCommand, say } from '../command.ts';
import { describeMachine } from '../machine.ts';
import { saveResult } from '../results.ts';
import { measure, type UnchangedRetrains } from './measure.ts';

const USAGE = `How long hone retrain takes if no document has changed.

Usage: npm run bench:retrain -- [options]

  --documents N   number of documents; may be repeated (default 100, 1,000 and 10,000)
  --rounds N      measurements for each number (default 5)
  --json          print JSON instead of the table
  --help

See bench/README.md.
`;

const OPTIONS = {
  documents: { type: 'string', multiple: true },
  rounds: { type: 'string' },
  json: { type: 'boolean' },
} as const;

await runCommand(USAGE, OPTIONS, async ({ documents = ['100', '1000', '10000'], rounds: given, json }) => {
  const counts = documents.map((count) => positive('documents', count));
  const rounds = given === undefined ? 5 : positive('rounds', given);
  const results: UnchangedRetrains[] = [];
  let path = '';
  for (const count of counts) {
    results.push(await measure(count, rounds, say));
    path = await saveResult('retrain.json', JSON.stringify({ machine: describeMachine(), results }, null, 2));
  }
  say(`all results: ${path}`);
  process.stdout.write(json ? `${JSON.stringify(results, null, 2)}\n` : table(results));
});

function table(results: readonly UnchangedRetrains[]): string {
  const rows = results.map(({ documents, seconds, reason }) => {
    const sorted = [...seconds].sort((a, b) => a - b);
    const [lowest, median, highest] = [0, sorted.length >> 1, sorted.length - 1].map((at) => sorted[at]?.toFixed(1));
    return [documents.toLocaleString('en'), `${median} s (${lowest}–${highest})`, reason];
  });
  const head = ['documents', 'hone retrain', 'reason'];
  return `${[head, ['---:', '---:', '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}
