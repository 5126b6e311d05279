import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import { TunedModel } from './model.ts';

const learningRate = z.number().positive().max(1);
const scale = z.number().positive();

/** Fields that a recipe does not choose. */
const FIELDS = {
  epochs: z.number().int().min(1).default(2).describe('passes over the training pairs; minimum 1'),
  batchSize: z
    .number()
    .int()
    .min(2)
    .default(10)
    .describe('pairs per batch; the passages of the others are negatives of a pair; minimum 2'),
  accumulate: z
    .number()
    .int()
    .min(1)
    .default(1)
    .describe('batches whose gradients are added up for one step; minimum 1'),
  miniBatchSize: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      'texts encoded at once, on average: allows large batches in little memory, at the cost of one more forward pass; default: all',
    ),
  negativesPerQuery: z
    .number()
    .int()
    .min(0)
    .default(4)
    .describe('hard negatives per query at most, if the dataset has any'),
  weightDecay: z.number().min(0).max(1).default(0.01).describe('decoupled weight decay of matrices'),
  warmupRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('share of the steps during which the learning rate rises linearly'),
  maxGradientNorm: z.number().positive().default(1).describe('gradients are scaled down to this global L2 norm'),
  symmetric: z
    .boolean()
    .default(false)
    .describe('also rank the questions for each passage; each direction is half of the loss'),
  falseNegativeMargin: z
    .number()
    .min(-1)
    .max(1)
    .optional()
    .describe(
      'passages whose cosine is higher than that of the right one by more than this are not negatives; default: all are negatives',
    ),
  sharedPassages: z
    .boolean()
    .optional()
    .describe(
      'put all questions of a passage into the same batch, which encodes it once; batchSize then counts passages; default: each question has a batch slot and its passage to itself',
    ),
  matryoshka: z
    .array(z.number().int().min(1))
    .min(1)
    .optional()
    .describe('widths to which embeddings may be truncated, the full width included; default: the full width only'),
  matryoshkaWeights: z
    .array(z.number().positive())
    .optional()
    .describe('weight of the loss at each width of matryoshka; default: 1 each'),
  freeze: z
    .strictObject({
      embeddings: z.boolean().optional().describe('do not train the token, position and token-type embeddings'),
      layers: z.number().int().min(0).optional().describe('do not train this many of the first layers'),
    })
    .optional()
    .describe('parameters that are not trained; default: none'),
  lora: z
    .strictObject({
      rank: z.number().int().min(1).default(8).describe('rank of the low-rank matrices; minimum 1'),
      alpha: z.number().positive().default(8).describe('the low-rank update is multiplied by alpha / rank'),
      targets: z
        .array(z.string().min(1))
        .min(1)
        .optional()
        .describe('name endings of the dense layers to adapt (query, value); default: all dense layers'),
    })
    .optional()
    .describe('train low-rank adapters only, which are merged at the end; use about ten times the learning rate'),
  adapter: z
    .literal('query')
    .optional()
    .describe(
      'train only a linear map of the question embeddings, so that passages need not be indexed again; learning rate about 1e-3',
    ),
  prompts: z
    .strictObject({
      query: z.string().optional().describe('put before every question, such as `query: `'),
      passage: z.string().optional().describe('put before every passage, such as `passage: `'),
    })
    .optional()
    .describe(
      'prompts, for training and for the tuned model; default: the base model’s own, or those that its family was trained with',
    ),
  earlyStopping: z
    .strictObject({
      share: z
        .number()
        .min(0.01)
        .max(0.5)
        .default(0.1)
        .describe('share of the training passages that is held out, with their questions'),
      every: z.number().int().min(1).default(50).describe('steps between two evaluations of the loss on them'),
      patience: z
        .number()
        .int()
        .min(1)
        .optional()
        .describe('evaluations without a lower loss after which training ends; default: train all epochs'),
    })
    .optional()
    .describe('hold out questions and keep the weights with the lowest loss on them; default: keep the last weights'),
  maxLength: z
    .number()
    .int()
    .min(8)
    .optional()
    .describe('tokens to which a text is truncated; default: what the model can read'),
  dropout: z
    .union([z.literal('model'), z.number().min(0).max(0.9)])
    .default('model')
    .describe('dropout rate, 0 for none, or `model` for the model’s own rates'),
  seed: z.number().int().min(0).default(42).describe('seed of the order of the pairs and of dropout'),
};

type Combined = z.infer<z.ZodObject<typeof FIELDS>>;

/** Refuses fields that do not fit together, by name. */
function checkCombination(
  { matryoshka, matryoshkaWeights, earlyStopping, ...options }: Combined,
  context: z.RefinementCtx,
): void {
  const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  for (const other of ['freeze', 'lora', 'miniBatchSize'] as const)
    if (options.adapter && options[other])
      refuse(other, 'cannot be combined with adapter, which trains no layer; give one of them');
  if (options.sharedPassages && options.symmetric)
    refuse('sharedPassages', 'cannot be combined with symmetric; give one of them');
  if (options.freeze && options.lora)
    refuse('freeze', 'cannot be combined with lora, which freezes the whole model; give one of them');
  if (options.adapter && earlyStopping) refuse('earlyStopping', 'cannot be combined with adapter; give one of them');
  if (matryoshka && new Set(matryoshka).size < matryoshka.length)
    refuse('matryoshka', 'contains a width twice; give each once');
  if (matryoshkaWeights && matryoshkaWeights.length !== matryoshka?.length)
    refuse(
      'matryoshkaWeights',
      `has ${matryoshkaWeights.length} weights for the ${matryoshka?.length ?? 0} widths of matryoshka; give one each`,
    );
}

/** Options of one training, as the trainer takes them; the defaults are those of the recipe `llama-index`. */
export const TrainingOptions = z
  .strictObject({
    ...FIELDS,
    learningRate: learningRate.default(2e-5).describe('peak AdamW learning rate'),
    scale: scale.default(20).describe('factor of the cosine in the ranking loss'),
  })
  .superRefine(checkCombination)
  .prefault({});
export type TrainingOptions = z.infer<typeof TrainingOptions>;

/**
 * `training` of a run input. A field that is not given is chosen by the recipe; `recipe-of.ts` in core/run says how.
 */
export const TrainingInput = z
  .strictObject({
    recipe: z
      .enum(['auto', 'llama-index'])
      .default('auto')
      .describe(
        'what scale, learningRate and merge are where they are not given; auto: chosen for the model and the data; llama-index: 20, 2e-5 and 1',
      ),
    ...FIELDS,
    learningRate: z
      .union([z.literal('auto'), learningRate])
      .optional()
      .describe('peak AdamW learning rate; auto: that which ranks held-out training questions best'),
    scale: z
      .union([z.literal('auto'), scale])
      .optional()
      .describe('factor of the cosine in the ranking loss; auto: that which fits the base model’s own cosines'),
    merge: z
      .union([z.literal('auto'), z.number().min(0.05).max(1)])
      .optional()
      .describe(
        'share of the tuned model in the published weights, the base model has the rest; auto: that which ranks held-out training questions best; 1: not merged',
      ),
    generalSet: z
      .string()
      .min(1)
      .optional()
      .describe('a dataset of other questions (llama-index JSON) on which learning rate and merge must not lose'),
  })
  .superRefine(checkCombination)
  .prefault({});
export type TrainingInput = z.infer<typeof TrainingInput>;

/** One point of the loss curve. */
export const LossPoint = z.object({
  step: z.number().int(),
  loss: z.number(),
  learningRate: z.number(),
  gradientNorm: z.number(),
  /** Loss on the held-out questions, if it was evaluated after this step. */
  heldOut: z.number().optional(),
});
export type LossPoint = z.infer<typeof LossPoint>;

export const TrainResult = z.object({
  model: TunedModel,
  /** JSON array of `LossPoint`, one per step. */
  losses: ArtifactRef,
  /** Training pairs processed, all epochs together. */
  samples: z.number().int(),
  /** Pairs that share a text with every other pair, and so could not be trained on. */
  leftOut: z.number().int().optional(),
  /** Of `samples`, those that were planned again in their epoch, so that other pairs have something to compare with. */
  repeated: z.number().int().optional(),
  steps: z.number().int(),
  /** Wall-clock seconds of the training steps, without loading and writing. */
  seconds: z.number(),
  samplesPerSecond: z.number(),
  /** Mean loss of the last ten steps. */
  finalLoss: z.number(),
  /** The step whose weights were kept; absent without early stopping, which keeps the last. */
  bestStep: z.number().int().optional(),
  /**
   * 1 − cosine between the embeddings by `model.safetensors` and by `onnx/model.onnx`; the largest of a few training
   * texts.
   */
  exportDrift: z.number(),
});
export type TrainResult = z.infer<typeof TrainResult>;
