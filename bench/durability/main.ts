import { availableParallelism } from 'node:os';
import { positive, runCommand, say } from '../command.ts';
import { dataPath } from '../datasets.ts';
import { describeMachine } from '../machine.ts';
import { openModel } from '../models/open-model.ts';
import { saveResult } from '../results.ts';
import { bareSeconds, orchestratedSeconds, type Task } from './measure.ts';

const USAGE = `What durability costs: the same training alone, as a step of a run, and with a checkpoint every minute.

Usage: npm run bench:durability -- [options]

  --data DATASET   name of the dataset (default nvidia_sec)
  --epochs N       passes over the dataset; training should take several minutes (default 10)
  --batch-size N   pairs in a step (default 10)
  --rounds N       rounds, each of which measures all three trainings (default 2)
  --threads N      threads of the training (default: all cores)
  --json           print JSON instead of the table
  --help

See bench/README.md.
`;

const OPTIONS = {
  data: { type: 'string' },
  epochs: { type: 'string' },
  'batch-size': { type: 'string' },
  rounds: { type: 'string' },
  threads: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Seconds of each training. */
interface Round {
  readonly bare: number;
  readonly orchestrated: number;
  readonly checkpointed: number;
}

await runCommand(USAGE, OPTIONS, async (values) => {
  const numberOf = (option: 'epochs' | 'batch-size' | 'rounds' | 'threads', fallback: number) =>
    values[option] === undefined ? fallback : positive(option, values[option]);
  const data = values.data ?? 'nvidia_sec';
  const task: Task = {
    model: await openModel('minilm'),
    train: await dataPath(`${data}.train.json`),
    validation: await dataPath(`${data}.val.json`),
    epochs: numberOf('epochs', 10),
    batchSize: numberOf('batch-size', 10),
    threads: numberOf('threads', availableParallelism()),
  };
  const rounds: Round[] = [];
  let path = '';
  for (let number = 1; number <= numberOf('rounds', 2); number++) {
    const orchestrated = await orchestratedSeconds(task);
    const bare = await bareSeconds(task);
    const checkpointed = await orchestratedSeconds(task, 60);
    const round: Round = { bare, orchestrated, checkpointed };
    rounds.push(round);
    say(`round ${number}: ${JSON.stringify(round)}`);
    path = await saveResult('durability.json', JSON.stringify({ machine: describeMachine(), task, rounds }, null, 2));
  }
  say(`all results: ${path}`);
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
    'with a checkpoint a minute',
    'more than without',
  ];
  return [
    `all-MiniLM-L6-v2 on ${data}, ${epochs} epochs, ${batchSize} pairs per step`,
    '',
    ...[head, head.map(() => '---:'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}

function more(seconds: number, than: number): string {
  return `${((seconds / than - 1) * 100).toFixed(1)} %`;
}
