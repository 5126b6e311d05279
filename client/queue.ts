/** Task queue of all workflows (workers/queues.ts, which a client does not import). */
export const QUEUE = 'hone';
