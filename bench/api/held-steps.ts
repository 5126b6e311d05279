import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { StageProgress } from '../../core/contracts/progress.ts';
import { TASK_QUEUES } from '../../core/contracts/task-queues.ts';
import { quietRuntime } from '../../workers/telemetry/runtime.ts';

/** Steps that run, and do so until they are closed. */
export interface HeldSteps {
  /** Steps that were begun. */
  count(): number;
  close(): Promise<void>;
}

/**
 * Takes the first step of as many runs at once as it has slots, and holds each: it computes nothing, as the processors
 * that steps keep busy are those of other machines, and sends its progress once a second, as every step does.
 * @param address `host:port` of Temporal.
 */
export async function holdSteps(address: string, slots: number): Promise<HeldSteps> {
  quietRuntime();
  const connection = await NativeConnection.connect({ address });
  let count = 0;
  /** Finding the base model is the first step of a run. */
  const resolveModel = async () => {
    const { cancellationSignal } = Context.current();
    count++;
    for (let done = 0; !cancellationSignal.aborted; done++) {
      const progress: StageProgress = { done, total: 1_000_000, unit: 'MB', rate: 1 };
      Context.current().heartbeat({ stage: 'model', progress });
      await sleep(1000, undefined, { signal: cancellationSignal }).catch(() => {});
    }
    cancellationSignal.throwIfAborted();
  };
  const worker = await Worker.create({
    connection,
    taskQueue: TASK_QUEUES.cpu,
    activities: { resolveModel },
    maxConcurrentActivityTaskExecutions: slots,
    shutdownGraceTime: 0,
    // As workers/worker.ts.
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
  });
  const running = worker.run();
  return {
    count: () => count,
    async close() {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
}
