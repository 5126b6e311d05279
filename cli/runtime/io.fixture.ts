import type { Terminal } from '../output/terminal.ts';
import type { Io } from './io.ts';

/** A terminal without colours and redrawing, which keeps its lines. */
export interface RecordingTerminal extends Terminal {
  readonly lines: string[];
}

export function recordingTerminal(columns = 80): RecordingTerminal {
  const lines: string[] = [];
  return { lines, line: (text) => void lines.push(text), live: false, columns, style: (_format, text) => text };
}

export interface RecordingIo extends Io {
  readonly out: RecordingTerminal;
  readonly err: RecordingTerminal;
}

export function recordingIo(cwd: string): RecordingIo {
  return { out: recordingTerminal(), err: recordingTerminal(), cwd, exitCode: 0 };
}
