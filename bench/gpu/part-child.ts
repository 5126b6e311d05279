import { text } from 'node:stream/consumers';
import type { Fault } from '../../core/contracts/fault.ts';
import type { Facts } from './facts.ts';
import { PartFailure } from './part.ts';
import { PARTS } from './parts/index.ts';
import type { PartOutcome } from './run-part.ts';

/*
 * Runs one part. Reads {name, facts} as JSON from stdin and writes the outcome as the last line of stdout; see
 * run-part.ts.
 */
const { name, facts } = JSON.parse(await text(process.stdin)) as { name: string; facts: Facts };
const outcome = await runNamed().catch(failureOf);
process.stdout.write(`\n${JSON.stringify(outcome)}\n`, () => process.exit(0));

async function runNamed(): Promise<PartOutcome> {
  const part = PARTS.find((one) => one.name === name);
  if (!part) throw new Error(`there is no part ${name}`);
  return { figures: await part.run(facts) };
}

function failureOf(error: unknown): PartOutcome {
  if (error instanceof PartFailure) return { failed: error.message, figures: error.figures };
  const { message = String(error), advice, details = [] } = error as Partial<Fault>;
  return { failed: [message, ...details, advice].filter(Boolean).join(' ').slice(0, 2000) };
}
