import { availableParallelism } from 'node:os';
import { openModel } from '../../models/open-model.ts';
import { trainPeer } from '../../peers/sentence-transformers.ts';
import { planTraining } from '../../training/plan.ts';
import { trainHone, withDropout } from '../../training/train-hone.ts';
import { DROPOUT_ENGINES, ENGINES, type Engine, reasonToSkip, type Shape, scaleOf } from '../engines.ts';
import type { Facts } from '../facts.ts';
import type { TrainingSpeed } from '../figures.ts';
import { sampleMemory } from '../nvidia-smi.ts';
import type { Part } from '../part.ts';
import { handbookPairs } from '../texts.ts';

const LIMIT_SECONDS = 240;

export function trainingParts(shape: Shape): Part[] {
  const engines = shape.name === 'minilm' ? [...ENGINES, ...DROPOUT_ENGINES] : ENGINES;
  return engines.map((engine) => ({
    name: `train-${shape.name}-${engine.name}`,
    title: `${shape.title}, ${engine.title}`,
    limitSeconds: LIMIT_SECONDS,
    reasonToSkip: (facts) => reasonToSkip(engine, shape, facts),
    run: async (facts) => ({ training: await measureTraining(engine, shape, facts) }),
  }));
}

async function measureTraining(engine: Engine, shape: Shape, facts: Facts): Promise<TrainingSpeed> {
  const { batchSize, passages, maxLength, warmUp, steps } = scaleOf(engine, shape, facts);
  const stopAfter = warmUp + steps;
  const options = withDropout({ batchSize, maxLength, epochs: 1 }, engine.dropout);
  const dataset = await handbookPairs(Math.max(64, batchSize * (stopAfter + 1)), passages);
  const [plan, model] = [await planTraining(dataset, options), await openModel(shape.name)];
  const threads = availableParallelism();
  const memory = sampleMemory();
  const common = { ...{ model, threads, stopAfter }, maxLength };
  const trained =
    engine.library === 'hone'
      ? await trainHoneOn(engine, { ...common, dataset, plan, options })
      : await trainPeer({
          ...options,
          ...{ ...common, batches: plan, epochs: 1, dropout: engine.dropout, precision: engine.precision },
          device: 'python' in facts.peer ? facts.peer.device : 'cpu',
        });
  const deviceBytes = await memory.stop();
  const seconds = trained.seconds.slice(warmUp).reduce((n, value) => n + value, 0);
  return {
    pairsPerSecond: plan.slice(warmUp, stopAfter).flat().length / seconds,
    stepsPerSecond: steps / seconds,
    firstStepSeconds: trained.seconds[0] ?? Number.NaN,
    hostBytes: trained.peakBytes,
    deviceBytes,
    losses: trained.losses.slice(0, 3),
    settings: `${batchSize} pairs a step, up to ${maxLength} tokens, ${steps} steps after ${warmUp}`,
  };
}

function trainHoneOn(
  { device, environment }: Extract<Engine, { library: 'hone' }>,
  training: Omit<Parameters<typeof trainHone>[0], 'device'>,
) {
  Object.assign(process.env, environment);
  return trainHone({ ...training, device });
}
