import { LiveView } from './live-view.ts';
import { PlainView } from './plain-view.ts';
import type { Terminal } from './terminal.ts';
import type { ProgressView } from './view.ts';

/** Redraws where the terminal can, else writes a line whenever something has changed. */
export function progressView(terminal: Terminal): ProgressView {
  return terminal.live ? new LiveView(terminal) : new PlainView(terminal);
}
