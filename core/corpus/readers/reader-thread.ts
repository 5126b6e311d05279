import { parentPort } from 'node:worker_threads';
import { parseDocument } from './parse-document.ts';
import { Unreadable } from './reading.ts';

// The far side of DocumentReader: `ready` once it is loaded, then one file in, one document or the reason against it out.
parentPort?.on('message', async ({ bytes, path }: { bytes: Uint8Array; path: string }) => {
  try {
    parentPort?.postMessage({ document: await parseDocument(bytes, path) });
  } catch (error) {
    const reason = error instanceof Unreadable ? error.message : `cannot be read (${(error as Error).message})`;
    parentPort?.postMessage({ reason });
  }
});

parentPort?.postMessage('ready');
