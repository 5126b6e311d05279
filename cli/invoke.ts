import { CommanderError } from 'commander';
import type { Io } from './io.ts';
import { EXIT, exitCodeOf, failureJson, failureLines } from './output/failure.ts';
import { program } from './program.ts';

/** Carries out a command line, given without `node` and script; never throws. Its exit code is left in `io`. */
export async function invoke(args: readonly string[], io: Io): Promise<void> {
  try {
    await program(io).parseAsync(args, { from: 'user' });
  } catch (error) {
    fail(error, args, io);
  }
}

/** Says what went wrong, in the way the command line asks for. */
export function fail(error: unknown, args: readonly string[], io: Io): void {
  // Commander has already said what was wrong, or printed the help that was asked for.
  if (error instanceof CommanderError) {
    io.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return;
  }
  for (const line of failureLines(error, { verbose: args.includes('--verbose') }, io.err.style)) io.err.line(line);
  if (args.includes('--json')) io.out.line(JSON.stringify({ state: 'failed', error: failureJson(error) }));
  io.exitCode = exitCodeOf(error);
}
