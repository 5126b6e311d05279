import { availableParallelism } from 'node:os';
import { positive, runCommand, say } from '../command.ts';
import { dataPath } from '../datasets.ts';
import { describeMachine } from '../machine.ts';
import { openModel } from '../models/open-model.ts';
import { saveResult } from '../results.ts';
import { bareSeconds, orchestratedSeconds, type Task } from './measure.ts';

const USAGE = `What durability costs: a training by itself, as a step of a run, and with a checkpoint a minute.

Usage: npm run bench:durability -- [options]

  --data DATASET   (default nvidia_sec)
  --epochs N       passes over it; many, so that it takes several minutes (default 10)
  --batch-size N   pairs a step (default 10)
  --rounds N       each measures all three (default 2)
  --threads N      (default: all cores)
  --json           figures as JSON on stdout in place of the table
  --help

See bench/README.md.
`;

const number = { type: 'string' } as const;
const OPTIONS = {
  data: number,
  epochs: number,
  'batch-size': number,
  rounds: number,
  threads: number,
  json: { type: 'boolean' },
} as const;

/** Seconds each. */
interface Round {
  readonly bare: number;
  readonly orchestrated: number;
  readonly checkpointed: number;
}

await runCommand(USAGE, OPTIONS, async (values) => {
  const given = (option: 'epochs' | 'batch-size' | 'rounds' | 'threads', otherwise: number) =>
    values[option] === undefined ? otherwise : positive(option, values[option]);
  const data = values.data ?? 'nvidia_sec';
  const task: Task = {
    model: await openModel('minilm'),
    train: await dataPath(`${data}.train.json`),
    validation: await dataPath(`${data}.val.json`),
    epochs: given('epochs', 10),
    batchSize: given('batch-size', 10),
    threads: given('threads', availableParallelism()),
  };
  const rounds: Round[] = [];
  let path = '';
  for (let round = 1; round <= given('rounds', 2); round++) {
    const orchestrated = await orchestratedSeconds(task);
    const bare = await bareSeconds(task);
    const checkpointed = await orchestratedSeconds(task, 60);
    rounds.push({ bare, orchestrated, checkpointed });
    say(`round ${round}: ${JSON.stringify(rounds.at(-1))}`);
    path = await saveResult('durability.json', JSON.stringify({ machine: describeMachine(), task, rounds }, null, 2));
  }
  say(`all figures: ${path}`);
  process.stdout.write(values.json ? `${JSON.stringify(rounds, null, 2)}\n` : table(rounds, data, task));
});

function table(rounds: readonly Round[], data: string, { epochs, batchSize }: Task): string {
  const rows = rounds.map(({ bare, orchestrated, checkpointed }, index) => [
    `${index + 1}`,
    `${bare.toFixed(1)} s`,
    `${orchestrated.toFixed(1)} s`,
    more(orchestrated, bare),
    `${checkpointed.toFixed(1)} s`,
    more(checkpointed, orchestrated),
  ]);
  const head = [
    'round',
    'training alone',
    'as a step',
    'more than alone',
    'and a checkpoint a minute',
    'more than without',
  ];
  return [
    `all-MiniLM-L6-v2 on ${data}, ${epochs} epochs, ${batchSize} pairs a step`,
    '',
    ...[head, head.map(() => '---:'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}

function more(seconds: number, than: number): string {
  return `${((seconds / than - 1) * 100).toFixed(1)} %`;
}
