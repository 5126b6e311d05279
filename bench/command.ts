import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Fault } from '../core/contracts/fault.ts';

/** Tells how far a benchmark is; results alone go to stdout. */
export const say = (line: string) => void process.stderr.write(`${line}\n`);

/** Runs a benchmark's command line: `--help` prints `usage`; what fails is told with what to do, without a stack. */
export async function runCommand<Options extends NonNullable<ParseArgsConfig['options']>>(
  usage: string,
  options: Options,
  run: (
    values: ReturnType<typeof parseArgs<{ options: Options & { help: { type: 'boolean' } } }>>['values'],
  ) => Promise<void>,
): Promise<void> {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' } } });
    if ((values as { help?: boolean }).help) process.stdout.write(usage);
    else await run(values as never);
  } catch (error) {
    const { message, advice, details } = error as Partial<Fault>;
    say([message, ...(details ?? []), advice].filter(Boolean).join('\n'));
    process.exitCode = 1;
  }
}

/** @throws Fault `input` if it is not a whole number above 0. */
export function positive(option: string, value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Fault('input', `--${option} is ${JSON.stringify(value)}.`, 'Give a whole number above 0.');
}
