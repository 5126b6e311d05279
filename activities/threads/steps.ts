/**
 * The steps that compute for seconds or more over a large corpus. They run in a thread of their own, so that the event
 * loop of the worker stays free: heartbeats of all activities and the requests to language models depend on it. Each is
 * loaded when it is first needed. Training and asking are not among them: one computes in a child process, the other
 * waits for answers.
 */
export const STEPS = {
  ingest: async () => (await import('../corpus/ingest.ts')).ingest,
  chunk: async () => (await import('../corpus/chunk.ts')).chunk,
  split: async () => (await import('../corpus/split.ts')).split,
  planQuestions: async () => (await import('../questions/plan-questions.ts')).planQuestions,
  planPilot: async () => (await import('../questions/plan-questions.ts')).planPilot,
  submitBatchJobs: async () => (await import('../questions/batch-api.ts')).submitBatchJobs,
  receiveBatchJobs: async () => (await import('../questions/batch-api.ts')).receiveBatchJobs,
  collectQuestions: async () => (await import('../questions/collect-questions.ts')).collectQuestions,
  spendingFor: async () => (await import('../questions/collect-questions.ts')).spendingFor,
  sampleQuestions: async () => (await import('../questions/sample-questions.ts')).sampleQuestions,
  estimateQuestions: async () => (await import('../questions/estimate-questions.ts')).estimateQuestions,
  buildDataset: async () => (await import('../dataset/build-dataset.ts')).buildDataset,
  checkRoundTrip: async () => (await import('../dataset/check-round-trip.ts')).checkRoundTrip,
  importDataset: async () => (await import('../dataset/import-dataset.ts')).importDataset,
  mineHardNegatives: async () => (await import('../dataset/mine-hard-negatives.ts')).mineHardNegatives,
  calibrateScale: async () => (await import('../training/calibrate-scale.ts')).calibrateScale,
  holdOutDevelopment: async () => (await import('../training/hold-out-development.ts')).holdOutDevelopment,
  scoreBase: async () => (await import('../training/score-model.ts')).scoreBase,
  scoreMerge: async () => (await import('../training/score-model.ts')).scoreMerge,
  estimateTraining: async () => (await import('../training/estimate-training.ts')).estimateTraining,
  mergeModel: async () => (await import('../training/merge-model.ts')).mergeModel,
  evaluate: async () => (await import('../evaluation/evaluate.ts')).evaluate,
  compare: async () => (await import('../evaluation/compare.ts')).compare,
  evaluateCurrentRelease: async () =>
    (await import('../evaluation/evaluate-current-release.ts')).evaluateCurrentRelease,
  report: async () => (await import('../report/report.ts')).report,
  documentChanges: async () => (await import('../release/document-changes.ts')).documentChanges,
};

export type StepName = keyof typeof STEPS;
type Step<N extends StepName> = Awaited<ReturnType<(typeof STEPS)[N]>>;
export type StepInput<N extends StepName> = Parameters<Step<N>>[1];
export type StepOutput<N extends StepName> = Awaited<ReturnType<Step<N>>>;
