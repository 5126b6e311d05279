import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../core/contracts/fault.ts';
import { positive, runCommand, say } from '../command.ts';
import { findFacts } from './facts.ts';
import type { Part, PartResult } from './part.ts';
import { PARTS } from './parts/index.ts';
import { runPart } from './run-part.ts';
import { resultTable } from './table.ts';

const RESULTS = fileURLToPath(new URL('../results/gpu', import.meta.url));
/** A machine may be lent for half an hour. */
const ALL_SECONDS = 1680;

const USAGE = `Measures this machine: checks on its GPU, speed of training and embedding on webgpu, cuda, the CPU and in torch, memory.

Usage: npm run bench:gpu -- [options]

  --list            the parts, in the order in which they run
  --only NAME       one part, or all whose names begin with NAME; may be repeated
  --time-limit S    seconds for each part (default: the part's own)
  --all-within S    seconds for all; parts that would begin later are skipped (default ${ALL_SECONDS})
  --out DIR         results.jsonl and table.md; results of earlier calls stay in the table (default: $OUT, or bench/results/gpu)
  --fresh           forget the results of earlier calls
  --help

HONE_BENCH_PYTHON: a Python with torch and sentence-transformers. See docs/gpu.md.
`;

const OPTIONS = {
  list: { type: 'boolean' },
  only: { type: 'string', multiple: true },
  'time-limit': { type: 'string' },
  'all-within': { type: 'string' },
  out: { type: 'string' },
  fresh: { type: 'boolean' },
} as const;

await runCommand(USAGE, OPTIONS, async (values) => {
  const chosen = chooseParts(values.only);
  if (values.list) {
    for (const { name, title } of chosen) process.stdout.write(`${name.padEnd(34)} ${title}\n`);
    return;
  }
  const limit = values['time-limit'] === undefined ? undefined : positive('time-limit', values['time-limit']);
  const seconds = values['all-within'] === undefined ? ALL_SECONDS : positive('all-within', values['all-within']);
  const folder = resolve(values.out ?? (process.env.OUT || RESULTS));
  await mkdir(folder, { recursive: true });
  const lines = join(folder, 'results.jsonl');
  if (values.fresh) await rm(lines, { force: true });
  const ends = performance.now() + seconds * 1000;

  say('looking for GPUs, their drivers and a Python with torch');
  const facts = await findFacts();
  for (const part of chosen) {
    const result = await runWithin(part, ends, seconds, (left) =>
      runPart(part, facts, Math.min(limit ?? part.limitSeconds, left)),
    );
    await appendFile(lines, `${JSON.stringify(result)}\n`);
    say(
      `${result.status.padEnd(8)}${part.name} ${result.seconds.toFixed(0)} s${result.reason ? `: ${result.reason}` : ''}`,
    );
    await writeFile(join(folder, 'table.md'), resultTable(newest(await readResults(lines))));
  }
  process.stdout.write(await readFile(join(folder, 'table.md'), 'utf8'));
  say(`results: ${lines}`);
});

/** @throws Fault `input` if a name fits no part. */
function chooseParts(only: readonly string[] | undefined): readonly Part[] {
  for (const start of only ?? [])
    if (!PARTS.some(({ name }) => name.startsWith(start)))
      throw new Fault('input', `There is no part ${start}.`, '--list shows the parts.');
  return only ? PARTS.filter(({ name }) => only.some((start) => name === start || name.startsWith(start))) : PARTS;
}

/** Runs a part with what is left of the time; skips it if nothing is left. */
async function runWithin(
  { name, title }: Part,
  ends: number,
  seconds: number,
  run: (secondsLeft: number) => Promise<PartResult>,
): Promise<PartResult> {
  const left = Math.floor((ends - performance.now()) / 1000);
  if (left > 0) return run(left);
  return { part: name, title, status: 'skipped', seconds: 0, reason: `the ${seconds} s for all parts are over` };
}

async function readResults(file: string): Promise<PartResult[]> {
  const text = await readFile(file, 'utf8');
  return text.split('\n').flatMap((line) => (line ? [JSON.parse(line)] : []));
}

/** The last result of each part, in the order of the parts. */
function newest(results: readonly PartResult[]): PartResult[] {
  const last = new Map(results.map((result) => [result.part, result]));
  return PARTS.flatMap(({ name }) => last.get(name) ?? []);
}
