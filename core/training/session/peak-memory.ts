import { readFile } from 'node:fs/promises';

/** The most bytes this process has had in memory. Linux: VmHWM, which, unlike getrusage, does not inherit the peak of the process that started this one. */
export async function peakMemory(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kilobytes) * 1024;
}
