import { Worker } from 'node:worker_threads';
import { Unreadable } from './document-content.ts';
import { parseDocument } from './parse-document.ts';
import { MEMORY_SIGNAL, type ReadOutcome } from './read-document.ts';

/*
 * Entry point of the process of DocumentReader. Sends `ready` once it is loaded, and then for every file it receives
 * either the document or the reason why it cannot be read (`ReadOutcome`). Argument: its limit of resident memory, in
 * megabytes.
 */

const WATCH_INTERVAL_MS = 20;

/** Watches this process from a thread of its own, because parsing blocks the main one. */
function watch(megabytes: number): void {
  const limit = megabytes * 2 ** 20;
  new Worker(
    `setInterval(() => {
      if (process.memoryUsage.rss() > ${limit}) process.kill(process.pid, '${MEMORY_SIGNAL}');
      if (process.ppid !== ${process.ppid}) process.kill(process.pid, 'SIGKILL');
    }, ${WATCH_INTERVAL_MS});`,
    { eval: true },
  ).unref();
}

async function read({ bytes, path }: { bytes: Uint8Array; path: string }): Promise<ReadOutcome> {
  try {
    return { document: await parseDocument(bytes, path) };
  } catch (error) {
    return { reason: error instanceof Unreadable ? error.message : `cannot be read (${(error as Error).message})` };
  }
}

watch(Number(process.argv[2]));
process.on('disconnect', () => process.exit(1));
// pdf.js leaves promises behind that nobody awaits. They reject when a file has been answered already.
process.on('unhandledRejection', () => {});
// A terminal or a service manager sends these to all processes; the parent decides when this one ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
process.on('message', async (file: { bytes: Uint8Array; path: string }) => process.send?.(await read(file)));
process.send?.('ready');
