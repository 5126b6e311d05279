import type { Followed } from '../../client/follow.ts';

/** What is known of a run once this command is attached to it. */
export interface Attached {
  workflowId: string;
  /** Where its server can be looked at. */
  temporal: string;
  /** It was there before this command. */
  resumed: boolean;
  /** What Ctrl-C would do to it. */
  interrupting: string;
}

/** Shows people how far a run is. */
export interface ProgressView {
  /** What is going on before there is a run to follow. */
  status(line: string): void;
  attach(run: Attached): void;
  update(followed: Followed): void;
  /** Leaves the last state on the screen. */
  close(): void;
}
