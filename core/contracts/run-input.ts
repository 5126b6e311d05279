import { z } from 'zod';
import { checkInput } from './check-input.ts';
import { MiningOptions } from './mining.ts';
import { RoundTripOptions } from './round-trip.ts';
import { TrainingOptions } from './training.ts';

/** Paths and URIs are resolved by the worker, inside the document roots it allows. */
const Location = z.string().min(1);

const QuestionOptions = z
  .strictObject({
    from: z
      .enum(['llm', 'headings'])
      .default('llm')
      .describe('who words the questions: a language model, or the documents’ own headings'),
    profile: z.string().default('default').describe('the worker’s profile (endpoint, key, limits, prices) to ask with'),
    model: z.string().default('gpt-4o-mini').describe('chat model to ask'),
    perChunk: z.number().int().min(1).max(20).default(2).describe('questions a chunk; 1 to 20'),
    language: z
      .string()
      .optional()
      .describe('ask in this language (zh, en, de, …), whatever the chunk’s own is; default: each chunk’s own'),
    prompt: z.string().optional().describe('llama-index template with {context_str} and {num_questions_per_chunk}'),
    temperature: z.number().min(0).max(2).optional().describe('sampling temperature; default: the endpoint’s own'),
    mode: z
      .enum(['live', 'batch', 'auto'])
      .default('live')
      .describe(
        'how to ask: one by one (live), through the Batch API at half the price within a day (batch), or as batchFrom says (auto)',
      ),
    batchFrom: z
      .number()
      .int()
      .min(1)
      .default(1000)
      .describe('with mode auto: open requests from which a batch is used, where the endpoint offers it'),
    ledger: Location.optional().describe('recorded answers (JSON Lines) to replay before anything is asked'),
    maxFailedShare: z
      .number()
      .min(0)
      .max(1)
      .default(0.02)
      .describe('share of chunks that may end without a question before the run fails'),
    budget: z
      .number()
      .positive()
      .optional()
      .describe(
        'US dollars that asking may cost; the run then goes on with the questions it has. Needs prices in the profile',
      ),
    roundTrip: RoundTripOptions.optional().describe(
      'see how many questions lead back to their chunks by the base model; takes as long as measuring it does',
    ),
  })
  .prefault({});

const ChunkOptions = z
  .strictObject({
    maxTokens: z.number().int().min(16).optional().describe('tokens a chunk at most; default: what the model can read'),
    overlap: z.number().int().min(0).default(0).describe('tokens repeated from the chunk before; default 0'),
  })
  .prefault({});

const SplitOptions = z
  .strictObject({
    validationShare: z.number().min(0.01).max(0.9).default(0.25).describe('share of the documents kept to judge by'),
    firstChunks: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('train on the first N chunks, judge by the rest (one-document corpora)'),
    maxLeakage: z
      .number()
      .min(0)
      .max(1)
      .default(0.05)
      .describe('share of validation chunks that may have a near-duplicate in training'),
  })
  .prefault({});

const EvaluationOptions = z
  .strictObject({
    compareWith: z.array(z.string()).default([]).describe('hosted embedding models to measure beside base and tuned'),
    profile: z.string().default('default').describe('the worker’s profile the hosted models are reached through'),
    alsoOn: z.array(Location).default([]).describe('further data sets on which base and tuned are measured'),
    bm25: z.boolean().default(true).describe('measure BM25 beside the models'),
  })
  .prefault({});

const PublishOptions = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/i, 'a name has up to 63 letters, digits, dots, dashes and underscores')
      .optional()
      .describe('promote the tuned model under this name'),
    gate: z
      .enum(['better', 'not-worse', 'none'])
      .default('not-worse')
      .describe('what the tuned model must be, by hit rate at 5, to be promoted'),
  })
  .prefault({});

const Approvals = z
  .strictObject({
    questions: z.boolean().default(false).describe('wait for `hone approve` before training on the questions'),
    sample: z.number().int().min(1).max(200).default(20).describe('questions to show for that, with their passages'),
    promotion: z.boolean().default(false).describe('wait for `hone approve` before the tuned model is promoted'),
  })
  .prefault({});

/** The one document that starts a run, whoever starts it. */
export const RunInput = z
  .strictObject({
    documents: z.array(Location).min(1).optional().describe('folders, files or globs to read'),
    dataset: z
      .strictObject({ train: Location, validation: Location })
      .optional()
      .describe('ready-made questions (llama-index JSON) instead of documents'),
    model: z
      .string()
      .min(1)
      .default('sentence-transformers/all-MiniLM-L6-v2')
      .describe('a folder, a hub name, or pypi:PACKAGE'),
    title: z.string().max(200).optional().describe('what to call the run in tables and reports'),
    chunks: ChunkOptions,
    split: SplitOptions,
    questions: QuestionOptions,
    mining: MiningOptions.optional().describe('find hard negatives with the base model before it is trained'),
    training: TrainingOptions,
    evaluation: EvaluationOptions,
    publish: PublishOptions,
    approvals: Approvals,
  })
  .refine((run) => (run.documents === undefined) !== (run.dataset === undefined), {
    message: 'give either documents or dataset, not both and not neither',
    path: ['documents'],
  })
  .refine(({ approvals, dataset }) => !approvals.questions || dataset === undefined, {
    message: 'there is nothing to approve, as the questions of a data set are ready-made; leave it out',
    path: ['approvals', 'questions'],
  })
  .refine(({ approvals, publish }) => !approvals.promotion || publish.name !== undefined, {
    message: 'there is nothing to approve, as the run publishes under no name; set publish.name, or leave it out',
    path: ['approvals', 'promotion'],
  })
  .refine(({ mining, training }) => !mining || training.negativesPerQuery > 0, {
    message: 'is 0, so the hard negatives that mining finds would not be used; set it, or leave mining out',
    path: ['training', 'negativesPerQuery'],
  });
export type RunInput = z.infer<typeof RunInput>;
/** What a caller may leave out is optional here. */
export type RunRequest = z.input<typeof RunInput>;

/**
 * Checks a run input and fills in the defaults.
 * @throws Fault `input` that lists every fault by its path.
 */
export function parseRunInput(value: unknown): RunInput {
  return checkInput(RunInput, value);
}
