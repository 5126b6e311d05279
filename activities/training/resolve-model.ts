import { z } from 'zod';
import { doStep } from '../../core/artifacts/step.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { BaseModel } from '../../core/contracts/model.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import type { TrainingOptions } from '../../core/contracts/training.ts';
import { isObjectLocation } from '../../core/corpus/sources/object-location.ts';
import { promptFamilyOf } from '../../core/encoder/files/family-prompts.ts';
import { inspectModel } from '../../core/encoder/files/inspect-model.ts';
import { rejectQueryAdapter } from '../../core/encoder/files/query-adapter.ts';
import type { PulledModel } from '../../core/hub/pull-model.ts';
import type { StepContext } from '../runtime/context.ts';
import { pull } from '../runtime/models.ts';

type Input = {
  /** As the user gave it: a folder, a name on a hub, `pypi:PACKAGE` or an `s3://` location. */
  model: string;
  /** The prompts that the run input gives; they replace those of the model's family. */
  prompts?: TrainingOptions['prompts'];
  /** Whether a hub that cannot be reached ends the run within a minute; if not, the step is retried until it can. */
  endIfUnreachable?: boolean;
};

/**
 * Finds the base model, downloads it if needed and pins it to exact bytes. The files are checked every time; the
 * metadata is reused for the same files.
 * @throws Fault as `pullModel`; `input` if Hone does not support the model, or cannot train it.
 */
export async function resolveModel(
  context: StepContext,
  { model, prompts: given, endIfUnreachable }: Input,
): Promise<StepResult<BaseModel>> {
  const started = performance.now();
  const pulled = await (endIfUnreachable ? pullSoon(context, model) : pull(context, model));
  const { folder, name, revision, sha256 } = pulled;
  const family = await promptFamilyOf(originOf(pulled));
  const prompts = family && { family: family.name, query: family.query, passage: family.passage };
  const step = { name: 'resolve-model', version: 2, inputs: { sha256 }, options: { name, revision, prompts } };
  const outcome = await doStep(context.store, step, BaseModel, async () => {
    const model = await inspectModel(folder);
    // Known only to the trainer, this would end the run after its questions have been paid for.
    rejectQueryAdapter(model, name);
    const { maxTokens, dimension, pooling, poolingIsDefault } = model;
    return { name, revision, sha256, maxTokens, dimension, pooling, poolingIsDefault, prompts };
  });
  return {
    ...outcome,
    seconds: (performance.now() - started) / 1000,
    summary: describe(outcome.output, given),
  };
}

/** Milliseconds without a byte of the model after which a person is told what to do. */
const PATIENCE_MS = 20_000;
/** Temporal would wait longer and longer. */
const RETRY_AFTER_MS = 5_000;

/**
 * What an attempt passes on to the next one: for how long it and those before it have got no byte. Not since when, as
 * the machine may sleep in between.
 */
const Silence = z.object({ silentMs: z.number() });
type Silence = z.infer<typeof Silence>;

/** As `pull`, but a hub that has sent nothing for some time, over all attempts, is not tried again. */
async function pullSoon(context: StepContext, model: string): Promise<PulledModel> {
  const { remembered, remember } = context;
  let { silentMs } = Silence.safeParse(remembered).data ?? { silentMs: 0 };
  let since = performance.now();
  let before = 0;
  const progress: StepContext['progress'] = (now) => {
    if (now.unit === 'MB' && now.done > before) {
      before = now.done;
      silentMs = 0;
      since = performance.now();
      remember({ silentMs } satisfies Silence);
    }
    context.progress(now);
  };
  try {
    // A connection that was made and is silent counts as broken sooner than in a download that nobody waits for.
    return await pull({ ...context, progress }, model, { attempts: 2, stallInMs: 15_000 });
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'unavailable') throw error;
    silentMs += performance.now() - since;
    remember({ silentMs: silentMs + RETRY_AFTER_MS } satisfies Silence);
    const isOver = silentMs > PATIENCE_MS;
    throw error.with(isOver ? { final: true } : { retryAfterMs: RETRY_AFTER_MS });
  }
}

/** Where the model comes from, as far as it says which model it is. */
function originOf({ folder, name, revision }: PulledModel): Parameters<typeof promptFamilyOf>[0] {
  if (revision === 'local' || isObjectLocation(name)) return { folder, path: name };
  return name.startsWith('pypi:') ? { folder } : { folder, repository: name.replace(/^modelscope:/, '') };
}

function describe(base: BaseModel, given: TrainingOptions['prompts']): string {
  const { name, revision, dimension, maxTokens, pooling, poolingIsDefault, prompts } = base;
  const { query = prompts?.query, passage = prompts?.passage } = given ?? {};
  const fromFamily = prompts && query === prompts.query && passage === prompts.passage;
  return [
    `${name} (${shortened(revision)})`,
    fromFamily ? `${query || passage ? 'prompts' : 'no prompts'} as ${prompts.family}` : '',
    poolingIsDefault ? `${pooling} pooling, as it has no modules.json` : '',
    `${dimension} dimensions`,
    `up to ${maxTokens} tokens`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** The first digits of a commit; other revisions are names and are kept as they are. */
function shortened(revision: string): string {
  return /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 12) : revision;
}
