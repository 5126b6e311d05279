import { availableParallelism } from 'node:os';
import { Fault } from '../../core/contracts/fault.ts';
import { positive, runCommand, say } from '../command.ts';
import { dataPath } from '../datasets.ts';
import { describeMachine } from '../machine.ts';
import { openModel } from '../models/open-model.ts';
import { setUpPython } from '../peers/python.ts';
import { trainPeer } from '../peers/sentence-transformers.ts';
import { saveResult } from '../results.ts';
import { planTraining } from '../training/plan.ts';
import { trainHone, withDropout } from '../training/train-hone.ts';
import { curvesSvg } from './chart.ts';
import { type Curves, curvesTable } from './curves.ts';
import { headingDatasets } from './heading-dataset.ts';

const DATASETS = ['xquad_zh', 'vue-zh'];
/** Steps that the charts average over. */
const WINDOW = 20;

const USAGE = `Trains a small BERT from random weights in Hone and in sentence-transformers, on the same batches, without and with dropout, and compares
the loss curves.

Usage: npm run bench:curves -- [options]

  --only DATASET     ${DATASETS.join(' or ')}; default: both
  --epochs N         (default 6)
  --batch-size N     pairs per step (default 10)
  --max-length N     tokens that texts are truncated to (default 256)
  --learning-rate R  peak (default 3e-4: random weights need a higher rate than fine-tuning)
  --stop-after N     steps (default: all)
  --threads N        for both libraries (default: all cores)
  --help

HONE_BENCH_DATA: the folder of the datasets. HONE_BENCH_PYTHON: a Python with sentence-transformers. See bench/README.md.
`;

const text = { type: 'string' } as const;
const OPTIONS = {
  only: { type: 'string', multiple: true },
  epochs: text,
  'batch-size': text,
  'max-length': text,
  'learning-rate': text,
  'stop-after': text,
  threads: text,
} as const;

await runCommand(USAGE, OPTIONS, async (values) => {
  const count = (option: 'epochs' | 'batch-size' | 'max-length' | 'stop-after' | 'threads', defaultValue: number) =>
    values[option] === undefined ? defaultValue : positive(option, values[option]);
  const maxLength = count('max-length', 256);
  const common = {
    epochs: count('epochs', 6),
    batchSize: count('batch-size', 10),
    learningRate: Number(values['learning-rate'] ?? 3e-4),
    maxLength,
  };
  const threads = count('threads', availableParallelism());
  await setUpPython(say);
  const model = await openModel('scratch');
  const results: ({ title: string } & Curves)[] = [];
  for (const name of values.only ?? DATASETS) {
    const dataset = await datasetFile(name, model, maxLength);
    for (const dropout of [false, true]) {
      const title = `${name}, dropout ${dropout ? 'on' : 'off'}`;
      const options = withDropout(common, dropout);
      const plan = await planTraining(dataset, options);
      const stopAfter = count('stop-after', plan.length);
      say(`${title}: ${Math.min(stopAfter, plan.length)} of ${plan.length} steps, Hone`);
      const honeFigures = await trainHone({ model, dataset, plan, options, threads, stopAfter });
      say(`${title}: sentence-transformers`);
      const peer = { precision: 'fp32', batches: plan, epochs: 1, stopAfter } as const;
      const peerFigures = await trainPeer({ ...options, ...peer, model, maxLength, dropout, threads });
      const curves = { hone: honeFigures.losses, peer: peerFigures.losses };
      results.push({ title, ...curves });
      process.stdout.write(`${curvesTable(title, curves)}\n`);
      const chart = `${name}-${dropout ? 'dropout' : 'no-dropout'}.svg`;
      say(`chart: ${await saveResult(chart, await curvesSvg(title, curves, WINDOW))}`);
    }
  }
  const report = { machine: describeMachine(), options: common, results };
  say(`all figures: ${await saveResult('curves.json', JSON.stringify(report, null, 2))}`);
});

async function datasetFile(name: string, model: string, maxTokens: number): Promise<string> {
  if (name === 'xquad_zh') return dataPath('xquad_zh.train.json');
  if (name === 'vue-zh') return (await headingDatasets(name, await dataPath('vue-zh/src'), model, maxTokens)).train;
  throw new Fault('input', `There are no curves for ${name}.`, `Choose from ${DATASETS.join(', ')}.`);
}
