import { type Terminal, terminal } from '../output/terminal.ts';

/** Input and output of a command: results go to `out`, everything else to `err`. */
export interface Io {
  readonly out: Terminal;
  readonly err: Terminal;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /** Exit code of the process; one of `EXIT`. */
  exitCode: number;
}

export function processIo(): Io {
  return { out: terminal(process.stdout), err: terminal(process.stderr), cwd: process.cwd(), exitCode: 0 };
}
