import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Fault } from '../../core/contracts/fault.ts';
import { positive, runCommand, say } from '../command.ts';
import { describeMachine } from '../machine.ts';
import { setUpPython } from '../peers/python.ts';
import { saveResult } from '../results.ts';
import { CASES, openCase } from './cases.ts';
import { frontierSvg } from './chart.ts';
import { type CaseResult, measure, scoreAll, scoreFile } from './measure.ts';
import { PEER, RECIPES } from './recipes.ts';
import { table } from './table.ts';

const USAGE = `Retrieval quality against training time: nDCG@10 on the validation dataset, for recipes of Hone and of sentence-transformers.

Usage: npm run bench:frontier -- [options]

  --only CASE      may be repeated (default: ${CASES.join(', ')})
  --recipe NAME    may be repeated (default: ${RECIPES.join('; ')})
  --seeds N        trainings of each recipe on each case (default 3)
  --epochs N       (default 2)
  --max-length N   tokens that texts are truncated to (default 256)
  --threads N      for sentence-transformers (default: all cores, as Hone)
  --results FILE   keep the figures here, and measure only what is missing
  --quick          one case, one seed, Hone's recipes: shows that everything works
  --json           figures as JSON on stdout instead of the table
  --help

HONE_BENCH_E5: a folder with multilingual-e5-small, for the cases e5/…
HONE_BENCH_DATA: the folder of the datasets. HONE_BENCH_PYTHON: a Python with sentence-transformers. See bench/README.md.
`;

const number = { type: 'string' } as const;
const OPTIONS = {
  only: { type: 'string', multiple: true },
  recipe: { type: 'string', multiple: true },
  seeds: number,
  epochs: number,
  'max-length': number,
  threads: number,
  results: number,
  quick: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

await runCommand(USAGE, OPTIONS, async ({ results: file, quick = false, ...values }) => {
  const count = (option: 'seeds' | 'epochs' | 'max-length' | 'threads', defaultValue: number) =>
    values[option] === undefined ? defaultValue : positive(option, values[option]);
  const settings = {
    epochs: count('epochs', 2),
    maxLength: count('max-length', 256),
    threads: count('threads', availableParallelism()),
  };
  const recipes = values.recipe ?? RECIPES.filter((recipe) => !quick || !PEER.includes(recipe));
  const unknown = recipes.find((recipe) => !RECIPES.includes(recipe));
  if (unknown) throw new Fault('input', `There is no recipe ${unknown}.`, `Choose from ${RECIPES.join('; ')}.`);
  if (recipes.some((recipe) => PEER.includes(recipe))) await setUpPython(say);
  const kept: CaseResult[] = file ? await readResults(file) : [];
  const save = async () => {
    const json = JSON.stringify(kept, null, 2);
    return file ? writeFile(file, `${json}\n`).then(() => file) : saveResult('frontier.json', json);
  };
  for (const name of values.only ?? (quick ? CASES.slice(0, 1) : CASES)) {
    const one = await openCase(name);
    let result = kept.find((earlier) => earlier.name === name);
    if (!result) {
      const general = await scoreAll(one.model, one, settings);
      const ndcg = await scoreFile(one.model, one.validation, settings);
      result = { name, base: { ndcg, general }, recipes: {} };
      kept.push(result);
      say(`${name}: base nDCG@10 ${ndcg.toFixed(4)}`);
    }
    for (let seed = 1; seed <= count('seeds', quick ? 1 : 3); seed++)
      for (const recipe of recipes) {
        const bySeed = result.recipes[recipe] ?? {};
        result.recipes[recipe] = bySeed;
        if (bySeed[seed]) continue;
        const measured = await measure(one, recipe, seed, settings);
        bySeed[seed] = measured;
        const { ndcg, seconds, chosen } = measured;
        say(
          `${name}, ${recipe}, seed ${seed}: ${ndcg.toFixed(4)} in ${seconds.toFixed(0)} s ${JSON.stringify(chosen)}`,
        );
        await save();
      }
  }
  say(`all figures: ${await save()}`);
  say(`chart: ${await saveResult('frontier.svg', await frontierSvg(kept))}`);
  const report = { machine: describeMachine(), settings, results: kept };
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : table(kept));
});

async function readResults(file: string): Promise<CaseResult[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Fault('input', `${file} holds no results of this benchmark.`, 'Give another file.', { cause: error });
  }
}
