import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { backward, Graph, matMul, sum, type Value } from '../../../core/autodiff/index.ts';
import { Fault } from '../../../core/contracts/fault.ts';
import { TrainingOptions } from '../../../core/contracts/training.ts';
import type { GpuProvider } from '../../../core/devices/find-devices.ts';
import { openDevice } from '../../../core/training/devices/open-device.ts';
import { allocateParameters } from '../../../core/training/optimizer/parameters.ts';
import { runTrainer } from '../../../core/training/process/run-trainer.ts';
import { openModel } from '../../models/open-model.ts';
import type { Facts } from '../facts.ts';
import type { MemoryMessage } from '../figures.ts';
import { type Part, PartFailure } from '../part.ts';
import { handbookPairs } from '../texts.ts';

/** Pairs in a step, doubled until the memory runs out. */
const BATCHES = [64, 128, 256, 512, 1024, 2048];
/** Passages of the handbook in one: all texts fill the positions of the model. */
const PASSAGES = 8;
/** Sides of a square of float32 numbers: larger than a buffer of a GPU (17 GB), or than SwiftShader's (1.2 GB). */
const SIDE = { hardware: 65_000, software: 17_000 };

/** What a user reads when one tensor is larger than the GPU takes. */
export function tensorPart(device: GpuProvider): Part {
  return {
    name: `memory-tensor-${device}`,
    title: `a tensor that is too large, ${device}`,
    limitSeconds: 120,
    reasonToSkip: (facts) => (facts[device].works ? undefined : `${device} does not work: ${facts[device].reason}`),
    run: async (facts) => ({ memory: await tooLargeTensor(device, facts) }),
  };
}

/** What a user reads when a training does not fit, and the largest batch that does. */
export function batchPart(device: GpuProvider): Part {
  return {
    name: `memory-batch-${device}`,
    title: `bge-base, 512 tokens, larger and larger batches, ${device}`,
    limitSeconds: 400,
    reasonToSkip: (facts) => {
      if (!facts[device].works) return `${device} does not work: ${facts[device].reason}`;
      return facts[device].software ? 'a software driver takes the memory of the machine' : undefined;
    },
    run: async () => ({ memory: await largerBatches(device) }),
  };
}

async function tooLargeTensor(device: GpuProvider, facts: Facts): Promise<MemoryMessage> {
  const side = facts[device].software ? SIDE.software : SIDE.hardware;
  const graph = new Graph();
  const [x, w] = [graph.input('x', 'float32', [side, 1]), graph.input('w', 'float32', [1, side])];
  const loss = sum(matMul(x, w));
  const gradients = new Map([['w', backward(loss, [w])[0] as Value]]);
  const opened = await openDevice(device, { loss, gradients }, allocateParameters(new Map([['w', [1, side]]])), {});
  const batch = { x: new Tensor('float32', new Float32Array(side).fill(1), [side, 1]) };
  const error = await opened.gradients(batch).then(
    () => undefined,
    (thrown) => thrown,
  );
  await opened.close();
  const bytes = side * side * 4;
  if (error === undefined) return { bytes, read: 'It fits.' };
  return { bytes, ...readOf(error) };
}

async function largerBatches(device: GpuProvider): Promise<MemoryMessage> {
  const model = await openModel('bge-base');
  let largest = 0;
  for (const batchSize of BATCHES) {
    const error = await trainTwoSteps(device, model, batchSize);
    if (error) return { largest, failedAt: batchSize, ...readOf(error) };
    largest = batchSize;
  }
  return { largest, read: 'Every batch fits.' };
}

/** @returns The error with which the training ended; undefined if it did two steps. */
async function trainTwoSteps(device: GpuProvider, modelFolder: string, batchSize: number): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'hone-memory-'));
  const stop = new AbortController();
  const enough = new Error('two steps');
  try {
    await runTrainer(
      {
        modelFolder,
        dataset: await handbookPairs(3 * batchSize, PASSAGES),
        options: TrainingOptions.parse({ batchSize, maxLength: 512, epochs: 1, dropout: 0 }),
        outputFolder: join(folder, 'tuned'),
        checkpointFolder: join(folder, 'checkpoint'),
        device,
        threads: availableParallelism(),
      },
      { signal: stop.signal, onProgress: ({ done }) => void (done >= 2 && stop.abort(enough)) },
    );
    return undefined;
  } catch (error) {
    return error === enough ? undefined : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws PartFailure if a user would read a message of the runtime instead of what to do. */
function readOf(error: unknown): MemoryMessage {
  if (!(error instanceof Fault)) {
    const message = error instanceof Error ? error.message : String(error);
    throw new PartFailure('the message gives no advice', { memory: { read: message.slice(0, 1000) } });
  }
  const { kind, message, advice, details } = error;
  return { kind, read: `${message} ${advice}`, details: details.map((detail) => detail.slice(0, 300)) };
}
