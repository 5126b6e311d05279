import { LiveView } from './live-view.ts';
import { PlainView } from './plain-view.ts';
import type { Terminal } from './terminal.ts';
import type { ProgressView } from './view.ts';

/** A view that redraws in place if the terminal supports it, else one that prints lines. */
export function progressView(terminal: Terminal): ProgressView {
  return terminal.live ? new LiveView(terminal) : new PlainView(terminal);
}
