import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Fault } from '../core/contracts/fault.ts';

/** Writes progress to stderr; stdout is for results. */
export const say = (line: string) => void process.stderr.write(`${line}\n`);

type Values<Options extends NonNullable<ParseArgsConfig['options']>> = ReturnType<
  typeof parseArgs<{ options: Options & { help: { type: 'boolean' } } }>
>['values'];

/**
 * Runs the command line of a benchmark. `--help` prints `usage`. Errors are printed with their advice and without a
 * stack.
 */
export async function runCommand<Options extends NonNullable<ParseArgsConfig['options']>>(
  usage: string,
  options: Options,
  run: (values: Values<Options>) => Promise<void>,
): Promise<void> {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' as const } } });
    if ('help' in values) process.stdout.write(usage);
    else await run(values);
  } catch (error) {
    const { message, advice, details } = error as Partial<Fault>;
    say([message, ...(details ?? []), advice].filter(Boolean).join('\n'));
    process.exitCode = 1;
  }
}

/** @throws Fault `input` if the value is not a whole number above 0. */
export function positive(option: string, value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Fault('input', `--${option} is ${JSON.stringify(value)}.`, 'Give a whole number above 0.');
}
