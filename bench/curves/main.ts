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
import { trainOurs, withDropout } from '../training/train-ours.ts';
import { curvesSvg } from './chart.ts';
import { type Curves, curvesTable } from './curves.ts';
import { headingDataset } from './heading-dataset.ts';

const DATASETS = ['xquad_zh', 'vue-zh'];
const WINDOW = 20;

const USAGE = `Whether a small BERT learns from nothing as it does with sentence-transformers: loss curves side by side, from the same random
weights and on the same batches, without dropout and with it.

Usage: npm run bench:curves -- [options]

  --only DATASET     ${DATASETS.join(' or ')}; default: both
  --epochs N         (default 6)
  --batch-size N     pairs a step (default 10)
  --max-length N     tokens a text is cut to (default 256)
  --learning-rate R  peak (default 3e-4: from nothing, more is needed than for tuning)
  --stop-after N     steps (default: all)
  --threads N        on both sides (default: all cores)
  --help

HONE_BENCH_DATA: the folder of the data sets. HONE_BENCH_PYTHON: a Python that has the peers. See bench/README.md.
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
  const given = (option: 'epochs' | 'batch-size' | 'max-length' | 'stop-after' | 'threads', otherwise: number) =>
    values[option] === undefined ? otherwise : positive(option, values[option]);
  const maxLength = given('max-length', 256);
  const common = {
    epochs: given('epochs', 6),
    batchSize: given('batch-size', 10),
    learningRate: Number(values['learning-rate'] ?? 3e-4),
    maxLength,
  };
  const threads = given('threads', availableParallelism());
  await setUpPython(say);
  const model = await openModel('scratch');
  const results: ({ title: string } & Curves)[] = [];
  for (const name of values.only ?? DATASETS) {
    const dataset = await datasetFile(name, model, maxLength);
    for (const dropout of [false, true]) {
      const title = `${name}, dropout ${dropout ? 'on' : 'off'}`;
      const options = withDropout(common, dropout);
      const plan = await planTraining(dataset, options);
      const stopAfter = given('stop-after', plan.length);
      say(`${title}: ${Math.min(stopAfter, plan.length)} of ${plan.length} steps, Hone`);
      const ours = await trainOurs({ model, dataset, plan, options, threads, stopAfter });
      say(`${title}: sentence-transformers`);
      const peer = { precision: 'fp32', batches: plan, epochs: 1, stopAfter } as const;
      const theirs = await trainPeer({ ...options, ...peer, model, maxLength, dropout, threads });
      const curves = { hone: ours.losses, peer: theirs.losses };
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
  if (name === 'vue-zh') return headingDataset(name, await dataPath('vue-zh/src'), model, maxTokens);
  throw new Fault('input', `There are no curves for ${name}.`, `Choose from ${DATASETS.join(', ')}.`);
}
