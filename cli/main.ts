#!/usr/bin/env node
import { CommanderError } from 'commander';
import { io } from './io.ts';
import { EXIT, exitCodeOf, failureJson, failureLines } from './output/failure.ts';
import { program } from './program.ts';

/** Native handles may keep a process that is done; after this long it leaves anyway. */
const LINGER_MS = 2_000;

const { out, err } = io();

function fail(error: unknown): void {
  // Commander has already said what was wrong, or printed the help that was asked for.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return;
  }
  for (const line of failureLines(error, { verbose: process.argv.includes('--verbose') }, err.style)) err.line(line);
  if (process.argv.includes('--json')) out.line(JSON.stringify({ state: 'failed', error: failureJson(error) }));
  process.exitCode = exitCodeOf(error);
}

function failAtOnce(error: unknown): void {
  fail(error);
  process.exit(EXIT.failed);
}
process.on('uncaughtException', failAtOnce);
process.on('unhandledRejection', failAtOnce);
// A reader that has seen enough (`| head`) is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});

await program().parseAsync().catch(fail);
setTimeout(() => process.exit(), LINGER_MS).unref();
