#!/usr/bin/env node
import { fail, invoke } from './invoke.ts';
import { processIo } from './io.ts';
import { EXIT } from './output/failure.ts';

/** Native handles may keep a process that is done; after this long it leaves anyway. */
const LINGER_MS = 2_000;

/** package.json says so too, but only npm heeds that. */
const OLDEST_NODE = 22;

const args = process.argv.slice(2);
const io = processIo();

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  io.err.line(`hone: This is Node ${process.versions.node}; Hone needs ${OLDEST_NODE} or later.`);
  io.err.line('      In a clone, npx hone and the npm scripts bring their own.');
  process.exit(EXIT.usage);
}

function failAtOnce(error: unknown): void {
  fail(error, args, io);
  process.exit(EXIT.failed);
}
process.on('uncaughtException', failAtOnce);
process.on('unhandledRejection', failAtOnce);
// A reader that has seen enough (`| head`) is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});

await invoke(args, io);
process.exitCode = io.exitCode;
setTimeout(() => process.exit(), LINGER_MS).unref();
