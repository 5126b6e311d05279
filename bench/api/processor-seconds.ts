import { readFileSync } from 'node:fs';

/** `sysconf(_SC_CLK_TCK)`, which is 100 on every Linux of today. */
const TICKS_PER_SECOND = 100;

/** Processor time that a process has used so far, without its children; undefined where there is no `/proc`. */
export function processorSeconds(pid: number): number | undefined {
  try {
    // The second field, the name in parentheses, may contain spaces (man 5 proc).
    const [, fields = ''] = /^\d+ \(.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const [userTicks, systemTicks] = fields.split(' ').slice(11, 13).map(Number);
    return ((userTicks ?? 0) + (systemTicks ?? 0)) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}
