import { Command } from 'commander';
import type { CodecServerOptions } from '../actions/codec-server.ts';
import type { Io } from '../runtime/io.ts';

export function codecServerCommand(io: Io): Command {
  return new Command('codec-server')
    .summary('decrypt payloads for Temporal’s web UI and CLI')
    .description(
      'Answers /decode and /encode with the keys in HONE_CODEC_KEYS or HONE_CODEC_KEYS_FILE until it is stopped (SIGTERM, Ctrl-C).\n\n' +
        'Callers must send HONE_CODEC_TOKEN, if it is set, as `authorization: Bearer TOKEN`.',
    )
    .option('--listen <address>', 'port of 127.0.0.1, or HOST:PORT', '8234')
    .option('--origin <origins...>', 'web UIs whose pages may ask', ['http://127.0.0.1:8233', 'http://localhost:8233'])
    .option('--verbose', 'show the stack trace of an error')
    .addHelpText(
      'after',
      '\nExamples:\n  $ hone codec-server\n  $ HONE_CODEC_TOKEN=… hone codec-server --listen 0.0.0.0:8234 --origin https://temporal.example.com',
    )
    .action(async (options: CodecServerOptions) => {
      const { codecServer } = await import('../actions/codec-server.ts');
      io.exitCode = await codecServer(options, io);
    });
}
