import { Fault } from '../../core/contracts/fault.ts';

/** The result of a check. */
export interface Finding {
  status: 'ok' | 'warn' | 'fail';
  /** What was found, in one line. */
  found: string;
  /** How to fix it; set unless the status is `ok`. */
  advice?: string | undefined;
}

export interface Check {
  name: string;
  run(): Promise<Finding>;
}

/** Runs a check. If it throws, the status is `fail`. */
export async function examine({ name, run }: Check): Promise<Finding & { name: string }> {
  try {
    return { name, ...(await run()) };
  } catch (error) {
    if (error instanceof Fault) return { name, status: 'fail', found: error.message, advice: error.advice };
    const found = error instanceof Error ? error.message : String(error);
    return { name, status: 'fail', found, advice: 'This is unexpected; please report it.' };
  }
}
