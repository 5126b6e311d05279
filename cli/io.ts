import { type Terminal, terminal } from './output/terminal.ts';

/** What a command talks to: results go to `out`, all else to `err`. */
export interface Io {
  out: Terminal;
  err: Terminal;
  cwd: string;
}

export function io(): Io {
  return { out: terminal(process.stdout), err: terminal(process.stderr), cwd: process.cwd() };
}
