/** What every activity returns: its result, whether it was there already, the seconds it took, and one line for people. */
export interface Outcome<T> {
  output: T;
  reused: boolean;
  seconds: number;
  summary: string;
  /** US dollars, where it costs any and prices are known. */
  cost?: number;
}
