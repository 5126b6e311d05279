/**
 * What a step of a run returns: a step is one unit of work, keyed by its content, done by an activity or a child
 * workflow.
 */
export interface StepResult<T> {
  output: T;
  /** The output had been stored by an earlier run or attempt; nothing was computed now. */
  reused: boolean;
  /** Seconds the work took, now or when it was done. */
  seconds: number;
  /** One line for people. */
  summary: string;
  /** US dollars that the run has paid for it by now; absent where the step costs nothing or the prices are unknown. */
  cost?: number;
}
