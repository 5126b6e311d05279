import { availableParallelism } from 'node:os';
import { positive, runCommand, say } from '../command.ts';
import { describeMachine } from '../machine.ts';
import { setUpPython } from '../peers/python.ts';
import { saveResult } from '../results.ts';
import { type Case, type Figures, measure, measureSgemm, openCase, type Settings } from './measure.ts';
import { caseTable } from './table.ts';
import { labelOf, VARIANTS } from './variants.ts';

const CASES = ['minilm/nvidia_sec', 'minilm/covidqa', 'bge-small/nvidia_sec', 'bge-base-zh/xquad_zh'];

const USAGE = `Compares the training speed of Hone and sentence-transformers: samples per second, peak memory, share of the machine's SGEMM.

Usage: npm run bench:training -- [options]

  --only MODEL/DATASET  one case; may be repeated (default: ${CASES.join(', ')})
  --rounds N            runs of each variant (default 3)
  --steps N             measured steps of a run (default 12)
  --warm-up N           steps before them that are not measured (default 3)
  --batch-size N        pairs per step (default 10)
  --max-length N        tokens that texts are truncated to (default 256)
  --threads N           for both libraries (default: all cores)
  --quick               1 round of 2 steps after 1, first case only: shows that it works, not how fast
  --json                figures as JSON on stdout instead of the tables
  --help

HONE_BENCH_DATA: the folder of the datasets. HONE_BENCH_PYTHON: a Python with sentence-transformers. See bench/README.md.
`;

const number = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  only: { type: 'string', multiple: true },
  rounds: number,
  steps: number,
  'warm-up': number,
  'batch-size': number,
  'max-length': number,
  threads: number,
  quick: flag,
  json: flag,
} as const;

interface CaseResult {
  readonly name: string;
  readonly rounds: { readonly sgemm: number; readonly figures: Record<string, Figures> }[];
}

await runCommand(USAGE, OPTIONS, async (values) => {
  const count = (
    option: 'rounds' | 'steps' | 'warm-up' | 'batch-size' | 'max-length' | 'threads',
    defaultValue: number,
  ) => (values[option] === undefined ? defaultValue : positive(option, values[option]));
  const { quick = false, json = false, only = quick ? CASES.slice(0, 1) : CASES } = values;
  const rounds = count('rounds', quick ? 1 : 3);
  const settings: Settings = {
    steps: count('steps', quick ? 2 : 12),
    warmUp: count('warm-up', quick ? 1 : 3),
    batchSize: count('batch-size', 10),
    maxLength: count('max-length', 256),
    threads: count('threads', availableParallelism()),
  };
  await setUpPython(say);
  const cases = [];
  for (const name of only) cases.push(await openCase(name, settings));

  const results: CaseResult[] = [];
  const report = () => ({ machine: describeMachine(), settings, cases: results });
  let path = '';
  for (const one of cases) {
    const result: CaseResult = { name: one.name, rounds: [] };
    results.push(result);
    for (let round = 1; round <= rounds; round++) {
      result.rounds.push(await runRound(one, settings, `${one.name} round ${round}/${rounds}`));
      path = await saveResult('training.json', JSON.stringify(report(), null, 2));
    }
  }
  say(`all figures: ${path}`);
  process.stdout.write(json ? `${JSON.stringify(report(), null, 2)}\n` : tables(results, settings));
});

/** Runs every variant once. */
async function runRound(one: Case, settings: Settings, title: string): Promise<CaseResult['rounds'][number]> {
  const sgemm = await measureSgemm(settings.threads);
  const figures: Record<string, Figures> = {};
  for (const variant of VARIANTS) {
    const label = labelOf(variant);
    figures[label] = await measure(one, variant, settings);
    const { samplesPerSecond, peakBytes, losses } = figures[label];
    const loss = losses.slice(0, 3).map((value) => value.toFixed(4));
    say(
      `${title}: ${label}: ${samplesPerSecond.toFixed(2)} samples/s, ${(peakBytes / 1e9).toFixed(2)} GB, loss ${loss.join(' ')} …`,
    );
  }
  return { sgemm, figures };
}

function tables(results: readonly CaseResult[], settings: Settings): string {
  const { cpu, cores, memoryGB, system } = describeMachine();
  const versions: Record<string, string> = {};
  for (const { rounds } of results)
    for (const { figures } of rounds)
      for (const figure of Object.values(figures)) Object.assign(versions, figure.versions);
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${cpu}, ${cores} cores (${settings.threads} threads), ${memoryGB} GB, ${system}; ${named.join(', ')}`,
    '',
    'Both libraries train on the same batches, in turns, each run in a new process. Tokenising and packing or padding are measured, loading and saving are not. “Hone is” and “Hone needs” compare at the same dropout.',
    '',
    ...results.map(({ name, rounds }) => caseTable(name, rounds, settings)),
  ].join('\n');
}
