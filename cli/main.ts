#!/usr/bin/env node
import './runtime/no-telemetry.ts';
import { t } from './i18n/translate.ts';
import { fail, invoke } from './invoke.ts';
import { EXIT } from './output/failure.ts';
import { processIo } from './runtime/io.ts';
import { nodeVersion } from './runtime/package.ts';

/** Native handles may keep a finished process alive; it exits after this long in any case. */
const LINGER_MS = 2_000;

const args = process.argv.slice(2);
const io = processIo();

const { running, needed, supported } = nodeVersion();
if (!supported) {
  io.err.line(t(`hone: Hone needs Node ${needed} or later; this is Node ${running}.`));
  io.err.line(
    t('      Install a newer Node. In a clone, use `npx hone`, which runs the Node that npm installed there.'),
  );
  process.exit(EXIT.usage);
}

function exitWithFailure(error: unknown): void {
  fail(error, args, io);
  process.exit(EXIT.failed);
}
process.on('uncaughtException', exitWithFailure);
process.on('unhandledRejection', exitWithFailure);
// A reader may close the pipe early (`| head`); that is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});

await invoke(args, io);
process.exitCode = io.exitCode;
setTimeout(() => process.exit(), LINGER_MS).unref();
