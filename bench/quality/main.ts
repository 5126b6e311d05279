import { availableParallelism } from 'node:os';
import { positive, runCommand, say } from '../command.ts';
import { describeMachine } from '../machine.ts';
import { openModel } from '../models/open-model.ts';
import { setUpPython } from '../peers/python.ts';
import { saveResult } from '../results.ts';
import { openTask, type Scores, type Settings, scoreBase, scoreTuned } from './scores.ts';

const DATASETS = ['nvidia_sec', 'covidqa', 'xquad_zh'];

const USAGE = `Compares the retrieval quality of models tuned by Hone and by sentence-transformers: nDCG@10 on the validation dataset.

Usage: npm run bench:quality -- [options]

  --only DATASET   may be repeated (default: ${DATASETS.join(', ')})
  --seeds N        trainings per library and dataset (default 3)
  --epochs N       (default 2)
  --batch-size N   pairs per step (default 10)
  --max-length N   tokens that texts are truncated to (default 256)
  --threads N      for both libraries (default: all cores)
  --no-duplicates  sentence-transformers also keeps equal texts out of a batch; by default it does not
  --no-dropout     both libraries train without dropout
  --json           figures as JSON on stdout instead of the table
  --help

HONE_BENCH_DATA: the folder of the datasets. HONE_BENCH_PYTHON: a Python with sentence-transformers. See bench/README.md.
`;

const number = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  only: { type: 'string', multiple: true },
  seeds: number,
  epochs: number,
  'batch-size': number,
  'max-length': number,
  threads: number,
  'no-duplicates': flag,
  'no-dropout': flag,
  json: flag,
} as const;

interface DatasetResult {
  readonly dataset: string;
  readonly base: number;
  /** One for each seed. */
  readonly tuned: Scores[];
}

await runCommand(USAGE, OPTIONS, async (values) => {
  const count = (option: 'seeds' | 'epochs' | 'batch-size' | 'max-length' | 'threads', defaultValue: number) =>
    values[option] === undefined ? defaultValue : positive(option, values[option]);
  const settings: Settings = {
    epochs: count('epochs', 2),
    batchSize: count('batch-size', 10),
    maxLength: count('max-length', 256),
    threads: count('threads', availableParallelism()),
    noDuplicates: values['no-duplicates'] ?? false,
    dropout: !values['no-dropout'],
  };
  await setUpPython(say);
  const model = await openModel('minilm');
  const results: DatasetResult[] = [];
  const report = () => ({ machine: describeMachine(), settings, results });
  let path = '';
  for (const dataset of values.only ?? DATASETS) {
    const task = await openTask(model, dataset);
    const result: DatasetResult = { dataset, base: await scoreBase(task, settings), tuned: [] };
    results.push(result);
    say(`${dataset}: base nDCG@10 ${result.base.toFixed(4)}, as sentence-transformers evaluates it`);
    for (let seed = 1; seed <= count('seeds', 3); seed++) {
      const scores = await scoreTuned(task, seed, settings);
      result.tuned.push(scores);
      say(`${dataset} seed ${seed}: hone ${scores.hone.toFixed(4)}, sentence-transformers ${scores.peer.toFixed(4)}`);
      path = await saveResult('quality.json', JSON.stringify(report(), null, 2));
    }
  }
  say(`all figures: ${path}`);
  process.stdout.write(values.json ? `${JSON.stringify(report(), null, 2)}\n` : table(results, settings));
});

function table(results: readonly DatasetResult[], { epochs, batchSize, maxLength, dropout }: Settings): string {
  const rows = results.map(({ dataset, base, tuned }) => [
    dataset,
    base.toFixed(4),
    mean(tuned.map(({ peer }) => peer)).toFixed(4),
    mean(tuned.map(({ hone }) => hone)).toFixed(4),
    signed(mean(differences(tuned))),
    differences(tuned).map(signed).join(', '),
  ]);
  const all = signed(mean(results.map(({ tuned }) => mean(differences(tuned)))));
  return [
    `all-MiniLM-L6-v2, ${epochs} epochs, ${batchSize} pairs per step, up to ${maxLength} tokens, ${dropout ? 'with' : 'without'} dropout; nDCG@10, means over seeds`,
    '',
    '| | base | sentence-transformers | Hone | difference | by seed |',
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...[...rows, ['all', '', '', '', all, '']].map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}

function differences(scores: readonly Scores[]): number[] {
  return scores.map(({ hone, peer }) => hone - peer);
}

function mean(values: readonly number[]): number {
  return values.reduce((n, value) => n + value, 0) / values.length;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}
