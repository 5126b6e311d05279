import { chunk } from './corpus/chunk.ts';
import { ingest } from './corpus/ingest.ts';
import { split } from './corpus/split.ts';
import { buildDataset } from './dataset/build-dataset.ts';
import { checkRoundTrip } from './dataset/check-round-trip.ts';
import { importDataset } from './dataset/import-dataset.ts';
import { mineHardNegatives } from './dataset/mine-hard-negatives.ts';
import { compare } from './evaluation/compare.ts';
import { evaluate } from './evaluation/evaluate.ts';
import { evaluateCurrentRelease } from './evaluation/evaluate-current-release.ts';
import { askChunks } from './questions/ask-chunks.ts';
import { cancelBatchJobs, pollBatchJobs, receiveBatchJobs, submitBatchJobs } from './questions/batch-api.ts';
import { collectQuestions } from './questions/collect-questions.ts';
import { estimateQuestions } from './questions/estimate-questions.ts';
import { planQuestions } from './questions/plan-questions.ts';
import { sampleQuestions } from './questions/sample-questions.ts';
import { currentRelease } from './release/current-release.ts';
import { documentChanges } from './release/document-changes.ts';
import { listModels } from './release/list-models.ts';
import { promoteOrKeep } from './release/promote-or-keep.ts';
import { publish } from './release/publish.ts';
import { rollBack } from './release/roll-back.ts';
import { report } from './report/report.ts';
import { reportDecision } from './report/report-decision.ts';
import { activity } from './runtime/activity.ts';
import type { WorkerContext } from './runtime/context.ts';
import { calibrateScale } from './training/calibrate-scale.ts';
import { estimateTraining } from './training/estimate-training.ts';
import { holdOutDevelopment } from './training/hold-out-development.ts';
import { mergeModel } from './training/merge-model.ts';
import { resolveModel } from './training/resolve-model.ts';
import { runTrial } from './training/run-trial.ts';
import { scoreBase } from './training/score-model.ts';
import { train } from './training/train.ts';

/** All activities except the local ones. The second argument is the stage under which clients show the progress. */
export function createActivities(worker: WorkerContext) {
  return {
    resolveModel: activity(worker, 'model', resolveModel),
    ingest: activity(worker, 'documents', ingest),
    chunk: activity(worker, 'chunks', chunk),
    split: activity(worker, 'split', split),
    planQuestions: activity(worker, 'questions', planQuestions),
    submitBatchJobs: activity(worker, 'questions', submitBatchJobs),
    pollBatchJobs: activity(worker, 'questions', pollBatchJobs),
    receiveBatchJobs: activity(worker, 'questions', receiveBatchJobs),
    cancelBatchJobs: activity(worker, 'questions', cancelBatchJobs),
    askChunks: activity(worker, 'questions', askChunks),
    collectQuestions: activity(worker, 'questions', collectQuestions),
    sampleQuestions: activity(worker, 'questions', sampleQuestions),
    estimateQuestions: activity(worker, 'questions', estimateQuestions),
    buildDataset: activity(worker, 'dataset', buildDataset),
    checkRoundTrip: activity(worker, 'dataset', checkRoundTrip),
    importDataset: activity(worker, 'dataset', importDataset),
    mineHardNegatives: activity(worker, 'train', mineHardNegatives),
    calibrateScale: activity(worker, 'train', calibrateScale),
    holdOutDevelopment: activity(worker, 'train', holdOutDevelopment),
    runTrial: activity(worker, 'train', runTrial),
    scoreBase: activity(worker, 'train', scoreBase),
    train: activity(worker, 'train', train),
    mergeModel: activity(worker, 'train', mergeModel),
    estimateTraining: activity(worker, 'train', estimateTraining),
    evaluate: activity(worker, 'evaluate', evaluate),
    compare: activity(worker, 'evaluate', compare),
    publish: activity(worker, 'publish', publish),
    report: activity(worker, 'report', report),
    currentRelease: activity(worker, 'changes', currentRelease),
    documentChanges: activity(worker, 'changes', documentChanges),
    evaluateCurrentRelease: activity(worker, 'release', evaluateCurrentRelease),
    promoteOrKeep: activity(worker, 'decision', promoteOrKeep),
    reportDecision: activity(worker, 'decision', reportDecision),
    listModels: activity(worker, 'publish', listModels),
    rollBack: activity(worker, 'publish', rollBack),
  };
}

/** The activities as workflows call them. Workflows import this type only, never a function. */
export type Activities = ReturnType<typeof createActivities>;
