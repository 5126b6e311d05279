import { Fault } from '../../core/contracts/fault.ts';

/** What a check came to. */
export interface Finding {
  status: 'ok' | 'warn' | 'fail';
  /** What was found, in a line. */
  found: string;
  /** What to do, unless all is well. */
  advice?: string;
}

export interface Check {
  name: string;
  run(): Promise<Finding>;
}

/** Runs a check; one that throws has failed, whatever it threw. */
export async function examine({ name, run }: Check): Promise<Finding & { name: string }> {
  try {
    return { name, ...(await run()) };
  } catch (error) {
    if (error instanceof Fault) return { name, status: 'fail', found: error.message, advice: error.advice };
    const found = error instanceof Error ? error.message : String(error);
    return { name, status: 'fail', found, advice: 'This was not foreseen; please report it.' };
  }
}
