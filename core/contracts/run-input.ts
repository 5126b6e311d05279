import { z } from 'zod';
import { MiningOptions } from './mining.ts';
import { RoundTripOptions } from './round-trip.ts';
import { TrainingInput } from './training.ts';

/** A path or URI, which the worker resolves; it has to be inside the worker's document roots. */
const Location = z.string().min(1);

const QuestionOptions = z
  .strictObject({
    from: z
      .enum(['llm', 'headings'])
      .default('llm')
      .describe('where questions come from: a language model, or the documents’ own headings'),
    profile: z.string().default('default').describe('the worker’s profile to use: endpoint, key, limits and prices'),
    model: z.string().default('gpt-4o-mini').describe('chat model that writes the questions'),
    perChunk: z.number().int().min(1).max(20).default(2).describe('questions per chunk; 1 to 20'),
    language: z
      .string()
      .optional()
      .describe('language of the questions (zh, en, de, …); default: the language of each chunk'),
    prompt: z.string().optional().describe('llama-index template with {context_str} and {num_questions_per_chunk}'),
    temperature: z.number().min(0).max(2).optional().describe('sampling temperature; default: the endpoint’s own'),
    mode: z
      .enum(['live', 'batch', 'auto'])
      .default('live')
      .describe(
        'how to send requests: one by one (live), through the Batch API at half the price within a day (batch), or by batchFrom (auto)',
      ),
    batchFrom: z
      .number()
      .int()
      .min(1)
      .default(1000)
      .describe('with mode auto: number of open requests from which the Batch API is used, if the endpoint offers it'),
    ledger: Location.optional().describe('recorded answers (JSON Lines) that are used before a request is sent'),
    maxFailedShare: z
      .number()
      .min(0)
      .max(1)
      .default(0.02)
      .describe('share of chunks that may end without a question; the run fails above it'),
    budget: z
      .number()
      .positive()
      .optional()
      .describe(
        'US dollars that questions may cost; the run then continues with the questions it has. Needs prices in the profile',
      ),
    roundTrip: RoundTripOptions.optional().describe(
      'check how many questions retrieve their own chunks with the base model; takes as long as evaluating it',
    ),
  })
  .prefault({});

const ChunkOptions = z
  .strictObject({
    maxTokens: z
      .number()
      .int()
      .min(16)
      .optional()
      .describe('tokens per chunk at most; default: what the model can read'),
    overlap: z.number().int().min(0).default(0).describe('tokens repeated from the previous chunk'),
  })
  .prefault({});

const SplitOptions = z
  .strictObject({
    validationShare: z.number().min(0.01).max(0.9).default(0.25).describe('share of the documents kept for validation'),
    firstChunks: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('train on the first N chunks, validate on the rest (for a single document)'),
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
    compareWith: z.array(z.string()).default([]).describe('hosted embedding models to evaluate too'),
    profile: z.string().default('default').describe('the worker’s profile for the hosted models'),
    alsoOn: z.array(Location).default([]).describe('further datasets to evaluate base and tuned on'),
    bm25: z.boolean().default(true).describe('evaluate BM25 too'),
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
      .describe(
        'what the tuned model must be to be promoted, compared with the base by hit rate at 5; better: by more than chance, on at least 30 questions about 5 documents',
      ),
  })
  .prefault({});

const Approvals = z
  .strictObject({
    questions: z.boolean().default(false).describe('wait for `hone approve` before training on the questions'),
    sample: z
      .number()
      .int()
      .min(1)
      .max(200)
      .default(20)
      .describe('number of questions to show for that, with their passages'),
    promotion: z.boolean().default(false).describe('wait for `hone approve` before the tuned model is promoted'),
  })
  .prefault({});

/** Input of the `fineTune` workflow. */
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
      .describe('a folder, a hub name, modelscope:OWNER/NAME, or pypi:PACKAGE'),
    title: z.string().max(200).optional().describe('the run’s title in tables and reports'),
    chunks: ChunkOptions,
    split: SplitOptions,
    questions: QuestionOptions,
    mining: MiningOptions.optional().describe('mine hard negatives with the base model before training'),
    training: TrainingInput,
    evaluation: EvaluationOptions,
    publish: PublishOptions,
    approvals: Approvals,
  })
  .refine((run) => (run.documents === undefined) !== (run.dataset === undefined), {
    message: 'give either documents or dataset',
    path: ['documents'],
  })
  .refine(({ approvals, dataset }) => !approvals.questions || dataset === undefined, {
    message: 'there is nothing to approve, as a dataset brings its own questions; leave it out',
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
/** With optional fields where `RunInput` has defaults. */
export type RunRequest = z.input<typeof RunInput>;
