import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import { TunedModel } from './model.ts';

/** What a training run is asked to do; defaults are those of the field (llama-index 0.8's engine). */
export const TrainingOptions = z
  .strictObject({
    epochs: z.number().int().min(1).default(2).describe('passes over the training pairs; minimum 1'),
    batchSize: z.number().int().min(2).default(10).describe('pairs a batch, each the others’ negatives; minimum 2'),
    accumulate: z.number().int().min(1).default(1).describe('batches whose gradients make one step; minimum 1'),
    miniBatchSize: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe(
        'texts encoded at once, on average: large batches in little memory, for one more forward pass; default: all',
      ),
    negativesPerQuery: z
      .number()
      .int()
      .min(0)
      .default(4)
      .describe('hard negatives a query brings into a batch at most, where the data set has any'),
    learningRate: z.number().positive().max(1).default(2e-5).describe('peak AdamW learning rate'),
    weightDecay: z.number().min(0).max(1).default(0.01).describe('decoupled weight decay of matrices'),
    warmupRatio: z
      .number()
      .min(0)
      .max(1)
      .default(0.1)
      .describe('share of the steps over which the rate rises linearly'),
    maxGradientNorm: z.number().positive().default(1).describe('gradients are scaled down to this global L2 norm'),
    scale: z.number().positive().default(20).describe('factor on the cosine inside the ranking loss'),
    symmetric: z.boolean().default(false).describe('also find the question of each passage, for half of the loss'),
    falseNegativeMargin: z
      .number()
      .min(-1)
      .max(1)
      .optional()
      .describe('passages that score above the right one by more than this cosine are no negatives; default: all are'),
    matryoshka: z
      .array(z.number().int().min(1))
      .min(1)
      .optional()
      .describe('widths at which a row must also do when cut off, the whole one included; default: the whole alone'),
    matryoshkaWeights: z
      .array(z.number().positive())
      .optional()
      .describe('what the loss at each width of matryoshka counts; default: 1 each'),
    freeze: z
      .strictObject({
        embeddings: z.boolean().optional().describe('train no word, position or token-type table'),
        layers: z.number().int().min(0).optional().describe('train none of the first so many layers'),
      })
      .optional()
      .describe('what stays as it is; default: nothing'),
    lora: z
      .strictObject({
        rank: z.number().int().min(1).default(8).describe('rows of the small matrices; minimum 1'),
        alpha: z.number().positive().default(8).describe('what they add is multiplied by alpha / rank'),
        targets: z
          .array(z.string().min(1))
          .min(1)
          .optional()
          .describe('ends of the names of dense layers (query, value); default: all in the layers'),
      })
      .optional()
      .describe('train low-rank adapters only, merged in the end; takes some ten times the learning rate'),
    adapter: z
      .literal('query')
      .optional()
      .describe(
        'train nothing but a linear map of the questions’ rows, so that indexed passages stay good; learning rate about 1e-3',
      ),
    prompts: z
      .strictObject({
        query: z.string().optional().describe('before every question: `query: `'),
        passage: z.string().optional().describe('before every passage: `passage: `'),
      })
      .optional()
      .describe('texts put before others, in training and in the tuned model; default: the base model’s own'),
    earlyStopping: z
      .strictObject({
        share: z.number().min(0.01).max(0.5).default(0.1).describe('of the training passages, with their questions'),
        every: z.number().int().min(1).default(50).describe('steps between two looks at them'),
        patience: z
          .number()
          .int()
          .min(1)
          .optional()
          .describe('looks without a lower loss after which training ends; default: it does not'),
      })
      .optional()
      .describe('hold questions out and keep the weights that have the lowest loss on them; default: the last weights'),
    maxLength: z.number().int().min(8).optional().describe('tokens a text is cut to; default: what the model can read'),
    dropout: z
      .union([z.literal('model'), z.number().min(0).max(0.9)])
      .default('model')
      .describe('share of activations zeroed in training: a rate, 0 for none; default: the model’s own rates'),
    seed: z.number().int().min(0).default(42).describe('decides the order of the pairs, and what is dropped out'),
  })
  .superRefine(({ matryoshka, matryoshkaWeights, earlyStopping, ...options }, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    for (const other of ['freeze', 'lora', 'miniBatchSize'] as const)
      if (options.adapter && options[other])
        refuse(other, 'does not go with adapter, which trains no layer; give one of them');
    if (options.freeze && options.lora)
      refuse('freeze', 'does not go with lora, which freezes the whole model; give one of them');
    if (options.adapter && earlyStopping) refuse('earlyStopping', 'does not go with adapter; give one of them');
    if (matryoshka && new Set(matryoshka).size < matryoshka.length)
      refuse('matryoshka', 'a width stands there twice; give each once');
    if (matryoshkaWeights && matryoshkaWeights.length !== matryoshka?.length)
      refuse(
        'matryoshkaWeights',
        `has ${matryoshkaWeights.length} weights for the ${matryoshka?.length ?? 0} widths of matryoshka; give one each`,
      );
  })
  .prefault({});
export type TrainingOptions = z.infer<typeof TrainingOptions>;

/** One point of the loss curve. */
export const LossPoint = z.object({
  step: z.number().int(),
  loss: z.number(),
  learningRate: z.number(),
  gradientNorm: z.number(),
  /** On the questions held out, where they were looked at after this step. */
  heldOut: z.number().optional(),
});
export type LossPoint = z.infer<typeof LossPoint>;

export const TrainResult = z.object({
  model: TunedModel,
  /** JSON array of `LossPoint`, one a step. */
  losses: ArtifactRef,
  /** Pairs seen, all epochs together. */
  samples: z.number().int(),
  steps: z.number().int(),
  /** Wall-clock seconds of training steps (without loading and writing). */
  seconds: z.number(),
  samplesPerSecond: z.number(),
  /** Mean over the last ten steps. */
  finalLoss: z.number(),
  /** The step whose weights were kept, where questions were held out; else the last. */
  bestStep: z.number().int().optional(),
  /** 1 − cosine between a text's rows by `model.safetensors` and by `onnx/model.onnx`, the largest over a few training texts. */
  exportDrift: z.number(),
});
export type TrainResult = z.infer<typeof TrainResult>;
