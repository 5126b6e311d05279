import type { Followed } from '../../client/follow.ts';

/** The run that a view shows. */
export interface Attached {
  workflowId: string;
  /** Web UI or address of its Temporal server. */
  temporal: string;
  /** It was running before this command. */
  resumed: boolean;
  /** What Ctrl-C does, as a line for the screen. */
  interrupting: string;
}

/** Shows the progress of a run. */
export interface ProgressView {
  /** Shows what the command does before there is a run to follow. */
  status(line: string): void;
  attach(run: Attached): void;
  update(followed: Followed): void;
  /** Ends the view; the last state stays on the screen. */
  close(): void;
}
