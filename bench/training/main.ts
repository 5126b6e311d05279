import { availableParallelism } from 'node:os';
import { positive, runCommand, say } from '../command.ts';
import { describeMachine } from '../machine.ts';
import { setUpPython } from '../peers/python.ts';
import { saveResult } from '../results.ts';
import { type Case, type Figures, measure, measureSgemm, openCase, type Settings } from './measure.ts';
import { caseTable } from './table.ts';
import { labelOf, VARIANTS } from './variants.ts';

const CASES = ['minilm/nvidia_sec', 'minilm/covidqa', 'bge-small/nvidia_sec', 'bge-base-zh/xquad_zh'];

const USAGE = `How fast Hone trains, beside sentence-transformers: samples a second, peak memory, share of the machine's SGEMM.

Usage: npm run bench:training -- [options]

  --only MODEL/DATASET  one case; may be repeated (default: ${CASES.join(', ')})
  --rounds N            turns that each variant takes (default 3)
  --steps N             steps timed in a turn (default 12)
  --warm-up N           steps before them that are not (default 3)
  --batch-size N        pairs a step (default 10)
  --max-length N        tokens a text is cut to (default 256)
  --threads N           on both sides (default: all cores)
  --quick               1 round of 2 steps after 1, first case only: to see that it runs, not how fast
  --json                figures as JSON on stdout in place of the tables
  --help

HONE_BENCH_DATA: the folder of the data sets. HONE_BENCH_PYTHON: a Python that has the peers. See bench/README.md.
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
  const given = (
    option: 'rounds' | 'steps' | 'warm-up' | 'batch-size' | 'max-length' | 'threads',
    otherwise: number,
  ) => (values[option] === undefined ? otherwise : positive(option, values[option]));
  const { quick = false, json = false, only = quick ? CASES.slice(0, 1) : CASES } = values;
  const rounds = given('rounds', quick ? 1 : 3);
  const settings: Settings = {
    steps: given('steps', quick ? 2 : 12),
    warmUp: given('warm-up', quick ? 1 : 3),
    batchSize: given('batch-size', 10),
    maxLength: given('max-length', 256),
    threads: given('threads', availableParallelism()),
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
      result.rounds.push(await takeTurns(one, settings, `${one.name} round ${round}/${rounds}`));
      path = await saveResult('training.json', JSON.stringify(report(), null, 2));
    }
  }
  say(`all figures: ${path}`);
  process.stdout.write(json ? `${JSON.stringify(report(), null, 2)}\n` : tables(results, settings));
});

async function takeTurns(one: Case, settings: Settings, title: string): Promise<CaseResult['rounds'][number]> {
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
    'Both sides train on the same batches, in turns, each turn in a fresh process. Tokenising and packing or padding are counted, loading and saving are not. “Hone is” and “Hone needs” compare at the same dropout.',
    '',
    ...results.map(({ name, rounds }) => caseTable(name, rounds, settings)),
  ].join('\n');
}
