import { type Terminal, terminal } from './output/terminal.ts';

/** What a command has to do with the world: results go to `out`, all else to `err`. */
export interface Io {
  readonly out: Terminal;
  readonly err: Terminal;
  /** Where relative paths start. */
  readonly cwd: string;
  /** What the command comes to; see `EXIT`. */
  exitCode: number;
}

export function processIo(): Io {
  return { out: terminal(process.stdout), err: terminal(process.stderr), cwd: process.cwd(), exitCode: 0 };
}
