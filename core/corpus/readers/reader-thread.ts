import { parentPort } from 'node:worker_threads';
import { Unreadable } from './document-content.ts';
import { parseDocument } from './parse-document.ts';

/*
 * Entry point of the thread of DocumentReader. Posts `ready` once it is loaded, and then for every file it receives
 * either the document or the reason why it cannot be read (`ReadOutcome`).
 */
parentPort?.on('message', async ({ bytes, path }: { bytes: Uint8Array; path: string }) => {
  try {
    parentPort?.postMessage({ document: await parseDocument(bytes, path) });
  } catch (error) {
    const reason = error instanceof Unreadable ? error.message : `cannot be read (${(error as Error).message})`;
    parentPort?.postMessage({ reason });
  }
});

parentPort?.postMessage('ready');
