import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import type { AskedSoFar, BatchInput, BatchResult, Bought, OpenQuestions } from './asking.ts';
import type { BatchProgress, ReceivedBatches, SubmittedBatch, SubmittedBatches } from './batch-jobs.ts';
import type { ChunkResult, DocumentChanges, IngestResult, SplitResult } from './corpus.ts';
import type { DatasetResult } from './dataset.ts';
import type { QuestionsEstimateResult, TrainingEstimate } from './estimate.ts';
import type { Comparison, Evaluation } from './evaluation.ts';
import type { MiningOptions, MiningResult } from './mining.ts';
import type { BaseModel, TunedModel } from './model.ts';
import type { Stage } from './progress.ts';
import type { QuestionsResult } from './questions.ts';
import type { ListedModel, Release, RollbackRequest, RolledBack, TrainedCandidate } from './release.ts';
import type { ProductionMeasured, PromotionOutcome, RetrainInput, RetrainResult } from './retrain.ts';
import type { RoundTripOptions, RoundTripReport, RoundTripResult } from './round-trip.ts';
import type { RunInput } from './run-input.ts';
import type { DatasetEvaluation, Published } from './run-result.ts';
import type { TrainingOptions, TrainResult } from './training.ts';

/** What every activity returns: its result, whether it was there already, the seconds it took, and one line for people. */
export interface Outcome<T> {
  output: T;
  reused: boolean;
  seconds: number;
  summary: string;
  /** US dollars, where it costs any and prices are known. */
  cost?: number;
}

/** Something that ranks passages. `name` is what tables call it. */
export type System =
  /** With the prompts that the tuned model gets, where they are not the model's own. */
  | { kind: 'base'; model: BaseModel; prompts?: TrainingOptions['prompts'] }
  | { kind: 'tuned'; model: TunedModel }
  | { kind: 'bm25' }
  | { kind: 'hosted'; model: string; profile: string };

/** The data set at a location, checked and stored. */
export const ImportedDataset = z.object({
  dataset: ArtifactRef,
  queries: z.number().int(),
  passages: z.number().int(),
});
export type ImportedDataset = z.infer<typeof ImportedDataset>;

/** Everything a run came to before its report is written. */
export interface RunRecord {
  workflowId: string;
  input: RunInput;
  base: BaseModel;
  training: TrainResult;
  dataset: DatasetResult;
  evaluations: DatasetEvaluation[];
  /** Data sets of `evaluations`, in order. */
  evaluatedOn: ArtifactRef[];
  ingest?: IngestResult;
  chunks?: ChunkResult;
  split?: SplitResult;
  questions?: QuestionsResult;
  roundTrip?: RoundTripReport;
  mining?: MiningResult;
  published?: Published;
  stages: Stage[];
}

export interface QuestionsInput {
  chunks: ArtifactRef;
  options: RunInput['questions'];
}

/** The steps of a run, as the workflow sees them; each is retryable and keyed by its content. */
export interface Activities {
  resolveModel(input: { model: string }): Promise<Outcome<BaseModel>>;
  ingest(input: { documents: string[] }): Promise<Outcome<IngestResult>>;
  chunk(input: {
    documents: ArtifactRef;
    model: BaseModel;
    options: RunInput['chunks'];
  }): Promise<Outcome<ChunkResult>>;
  split(input: { chunks: ArtifactRef; options: RunInput['split'] }): Promise<Outcome<SplitResult>>;
  /** Looks what the ledger lacks; where that is nothing, or nobody need be asked, the questions are ready at once. */
  planQuestions(
    input: QuestionsInput & { bought?: Bought },
  ): Promise<{ ready: Outcome<QuestionsResult> } | { open: OpenQuestions }>;
  /**
   * @param input.run the workflow that pays: its batches are found again by it.
   * @param input.most requests that may be sent.
   */
  submitBatchJobs(input: QuestionsInput & { run: string; most?: number }): Promise<SubmittedBatches>;
  pollBatchJobs(input: { batches: SubmittedBatch[]; profile: string; run: string }): Promise<BatchProgress>;
  receiveBatchJobs(input: { batches: SubmittedBatch[]; profile: string; run: string }): Promise<ReceivedBatches>;
  cancelBatchJobs(input: { profile: string; run: string }): Promise<void>;
  askChunks(input: BatchInput & Pick<QuestionsInput, 'options'>): Promise<BatchResult>;
  collectQuestions(input: QuestionsInput & { asked: AskedSoFar }): Promise<Outcome<QuestionsResult>>;
  /** @param input.pilotQuestions to ask, and pay for, to see how long answers are and how long they take. */
  estimateQuestions(input: QuestionsInput & { pilotQuestions: number }): Promise<Outcome<QuestionsEstimateResult>>;
  buildDataset(input: {
    chunks: ArtifactRef;
    split: ArtifactRef;
    questions: ArtifactRef;
    maxLeakage: number;
  }): Promise<Outcome<DatasetResult>>;
  checkRoundTrip(input: {
    base: BaseModel;
    dataset: DatasetResult;
    options: RoundTripOptions;
    training: Pick<TrainingOptions, 'maxLength' | 'prompts'>;
  }): Promise<Outcome<RoundTripResult>>;
  importDataset(input: { location: string }): Promise<Outcome<ImportedDataset>>;
  mineHardNegatives(input: {
    base: BaseModel;
    dataset: ArtifactRef;
    options: MiningOptions;
    training: Pick<TrainingOptions, 'maxLength' | 'prompts' | 'seed'>;
  }): Promise<Outcome<MiningResult>>;
  train(input: { base: BaseModel; dataset: ArtifactRef; options: TrainingOptions }): Promise<Outcome<TrainResult>>;
  estimateTraining(input: {
    base: BaseModel;
    dataset: Pick<DatasetResult, 'train' | 'validation'>;
    options: TrainingOptions;
    /** Whether hard negatives will be looked for. */
    mining: boolean;
    /** Run the first steps; else only the plan is looked at. */
    measure: boolean;
  }): Promise<Outcome<TrainingEstimate>>;
  evaluate(input: { system: System; dataset: ArtifactRef; maxLength?: number }): Promise<Outcome<Evaluation>>;
  /** Lays out some questions with their passages, for a person to read. */
  sampleQuestions(input: {
    workflowId: string;
    chunks: ArtifactRef;
    questions: ArtifactRef;
    count: number;
  }): Promise<Outcome<{ sampleUri: string }>>;
  /** `trainedOn` is a data set that a system was trained on: questions about its passages are left out. */
  compare(input: {
    dataset: ArtifactRef;
    base: ArtifactRef;
    tuned: ArtifactRef;
    trainedOn?: ArtifactRef;
    /** What the summary calls `base`. */
    over?: string;
  }): Promise<Outcome<Comparison>>;
  publish(input: {
    candidate: TrainedCandidate;
    options: RunInput['publish'];
    /** Why a person does not want it promoted. */
    refusal?: string;
  }): Promise<Outcome<{ modelUri: string; published?: Published }>>;
  report(input: RunRecord): Promise<Outcome<{ report: ArtifactRef; reportUri: string }>>;
  /** What a published name stands for now. */
  currentRelease(input: { name: string }): Promise<Outcome<{ release?: Release }>>;
  /** `stay` says why nothing need be trained, where nothing need. */
  documentChanges(input: {
    name: string;
    release?: Release;
    documents: ArtifactRef;
    options: RetrainInput['retrain'];
  }): Promise<Outcome<{ changes: DocumentChanges; stay?: string }>>;
  measureProduction(input: {
    name: string;
    release: Release;
    validation: ArtifactRef;
    maxLength?: number;
  }): Promise<Outcome<ProductionMeasured>>;
  /** Promotes what was made, or says why not; `overtaken` if the name does not stand for `expected` any more. */
  promoteOrKeep(input: {
    name: string;
    /** Version that `gain` compares with; 0 for the base, where nothing was published. */
    expected: number;
    candidate: TrainedCandidate;
    gain: Comparison;
    general?: Comparison;
    options: Pick<RetrainInput['retrain'], 'gate' | 'maxGeneralLoss'>;
    /** Why a person does not want it promoted. */
    rejected?: string;
    /** Of this retraining: an attempt after one that died finds what that had done. */
    id: string;
  }): Promise<Outcome<PromotionOutcome>>;
  reportDecision(input: { workflowId: string; result: RetrainResult }): Promise<Outcome<{ decisionUri: string }>>;
  listModels(input: { name?: string }): Promise<Outcome<ListedModel[]>>;
  rollBack(input: { request: RollbackRequest; id: string }): Promise<Outcome<RolledBack>>;
}

/** What a workflow asks of its own worker; answered at once. */
export interface LocalActivities {
  /** Names of the search attributes that the server has registered. */
  knownSearchAttributes(): Promise<string[]>;
  /** Asks the server to cancel a run. */
  requestCancel(run: { workflowId: string; runId: string }): Promise<void>;
}
