import { CommanderError } from 'commander';
import { EXIT, exitCodeOf, failureJson, failureLines } from './output/failure.ts';
import { program } from './program.ts';
import type { Io } from './runtime/io.ts';
import { traced } from './runtime/traced.ts';

/**
 * Runs a command line and sets `io.exitCode`; never throws.
 * @param args without `node` and the script.
 */
export async function invoke(args: readonly string[], io: Io): Promise<void> {
  try {
    const hone = program(io);
    const command = hone.commands.find((one) => one.name() === args.find((arg) => !arg.startsWith('-')))?.name();
    await traced(command, async () => void (await hone.parseAsync(args, { from: 'user' })));
  } catch (error) {
    fail(error, args, io);
  }
}

/** Prints an error as the command line asks for (`--verbose`, `--json`) and sets the exit code. */
export function fail(error: unknown, args: readonly string[], io: Io): void {
  // Commander has printed the error, or the help that was asked for.
  if (error instanceof CommanderError) {
    io.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return;
  }
  for (const line of failureLines(error, { verbose: args.includes('--verbose') }, io.err.style)) io.err.line(line);
  if (args.includes('--json')) io.out.line(JSON.stringify({ state: 'failed', error: failureJson(error) }));
  io.exitCode = exitCodeOf(error);
}
