/** Temporal task queues, by the kind of work. A worker process polls any subset of them. */
export const TASK_QUEUES = { workflow: 'hone', cpu: 'hone-cpu', llm: 'hone-llm', gpu: 'hone-gpu' } as const;
export type QueueName = keyof typeof TASK_QUEUES;
export const QUEUE_NAMES = Object.keys(TASK_QUEUES) as QueueName[];
