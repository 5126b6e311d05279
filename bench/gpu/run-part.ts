import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Facts } from './facts.ts';
import type { Figures } from './figures.ts';
import type { Part, PartResult } from './part.ts';

const CHILD = fileURLToPath(new URL('./part-child.ts', import.meta.url));
const KEPT_STDERR = 4000;
/** Lines of the runtime's log that say nothing about a failure. */
const NOISE = /VerifyEachNodeIsAssignedToAnEp|^\s*$/;

/** What part-child.ts writes to stdout, as its last line. */
export type PartOutcome =
  | { readonly figures: Figures }
  | { readonly failed: string; readonly figures?: Figures | undefined };

/** Runs a part in a process of its own, or says why not. It never throws: what went wrong is in the result. */
export async function runPart(part: Part, facts: Facts, limitSeconds = part.limitSeconds): Promise<PartResult> {
  const { name, title } = part;
  const common = { part: name, title };
  const skip = part.reasonToSkip(facts);
  if (skip !== undefined) return { ...common, status: 'skipped', seconds: 0, reason: skip };
  const started = performance.now();
  const outcome = await runChild({ name, facts }, facts.environment, limitSeconds);
  const seconds = (performance.now() - started) / 1000;
  if ('failed' in outcome)
    return {
      ...{ ...common, status: 'failed', seconds, reason: outcome.failed },
      ...(outcome.figures && { figures: outcome.figures }),
    };
  return { ...common, status: 'done', seconds, figures: outcome.figures };
}

async function runChild(
  job: { readonly name: string; readonly facts: Facts },
  environment: Facts['environment'],
  limitSeconds: number,
): Promise<PartOutcome> {
  // A process group of its own, so that the processes that it starts end with it.
  const child = spawn(process.execPath, [CHILD], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
    detached: true,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    stderr = (stderr + part).slice(-KEPT_STDERR);
  });
  child.stdin.on('error', () => {}).end(JSON.stringify(job));
  let late = false;
  const killGroup = () => {
    try {
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch {
      // It has ended.
    }
  };
  const timer = setTimeout(() => {
    late = true;
    killGroup();
  }, limitSeconds * 1000);
  const interrupted = () => {
    killGroup();
    process.exit(130);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  const [stdout, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  process.removeListener('SIGINT', interrupted).removeListener('SIGTERM', interrupted);
  clearTimeout(timer);
  killGroup();
  if (late) return { failed: `not done within ${limitSeconds} s` };
  const last = stdout.trim().split('\n').at(-1) ?? '';
  if (code === 0 && last.startsWith('{')) return JSON.parse(last);
  return { failed: `its process ended with ${signal ?? `code ${code}`}: ${endOf(stderr)}` };
}

function endOf(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => !NOISE.test(line));
  return lines.slice(-6).join(' | ').slice(-800) || 'it said nothing';
}
