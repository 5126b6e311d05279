/** Which task queue serves what; one worker process may serve any of them. */
export const QUEUES = { workflow: 'hone', cpu: 'hone-cpu', llm: 'hone-llm', gpu: 'hone-gpu' } as const;
export type QueueName = keyof typeof QUEUES;
export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];
