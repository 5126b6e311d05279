import { availableParallelism } from 'node:os';
import { readPairs } from '../../../core/dataset/pairs.ts';
import { openEncoderProcess } from '../../../core/encoder/process/encoder-process.ts';
import { openModel } from '../../models/open-model.ts';
import { embedPeer } from '../../peers/sentence-transformers.ts';
import { ENGINES, type Engine, reasonToSkip, type Shape, scaleOf } from '../engines.ts';
import type { Facts } from '../facts.ts';
import type { EmbeddingSpeed } from '../figures.ts';
import { sampleMemory } from '../nvidia-smi.ts';
import type { Part } from '../part.ts';
import { handbookPairs } from '../texts.ts';

const LIMIT_SECONDS = 180;
/** Texts that are embedded before the measurement: they compile shaders, and load kernels. */
const WARM_UP = 16;

export function embeddingParts(shape: Shape): Part[] {
  return ENGINES.map((engine) => ({
    name: `embed-${shape.name}-${engine.name}`,
    title: `${shape.title}, ${engine.title}`,
    limitSeconds: LIMIT_SECONDS,
    reasonToSkip: (facts) => reasonToSkip(engine, shape, facts),
    run: async (facts) => ({ embedding: await measureEmbedding(engine, shape, facts) }),
  }));
}

async function measureEmbedding(engine: Engine, shape: Shape, facts: Facts): Promise<EmbeddingSpeed> {
  const { passages, maxLength, texts: count } = scaleOf(engine, shape, facts);
  const texts = (await readPairs(await handbookPairs(count, passages))).map(({ passage }) => passage);
  const model = await openModel(shape.name);
  const memory = sampleMemory();
  const { seconds, firstSeconds } =
    engine.library === 'hone'
      ? await embedWithHone(engine, model, texts, maxLength)
      : await embedPeer({
          ...{ model, texts, maxLength, warmUp: WARM_UP, precision: engine.precision, threads: availableParallelism() },
          device: 'python' in facts.peer ? facts.peer.device : 'cpu',
        });
  return {
    textsPerSecond: texts.length / seconds,
    firstSeconds,
    deviceBytes: await memory.stop(),
    settings: `${texts.length} texts of up to ${maxLength} tokens`,
  };
}

async function embedWithHone(
  { device, environment }: Extract<Engine, { library: 'hone' }>,
  model: string,
  texts: readonly string[],
  maxLength: number,
) {
  Object.assign(process.env, environment);
  const encoder = await openEncoderProcess(model, { device, maxLength });
  try {
    const timed = async (some: readonly string[]) => {
      const started = performance.now();
      await encoder.embed(some);
      return (performance.now() - started) / 1000;
    };
    const firstSeconds = await timed(texts.slice(0, WARM_UP));
    return { firstSeconds, seconds: await timed(texts) };
  } finally {
    await encoder.close();
  }
}
