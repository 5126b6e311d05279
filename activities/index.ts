import { askChunks } from './questions/ask-chunks.ts';
import { readBacklog, storeBacklog } from './questions/backlog.ts';
import { cancelBatchJobs, pollBatchJobs } from './questions/batch-api.ts';
import { currentRelease } from './release/current-release.ts';
import { listModels } from './release/list-models.ts';
import { promoteOrKeep } from './release/promote-or-keep.ts';
import { publish } from './release/publish.ts';
import { rollBack } from './release/roll-back.ts';
import { reportDecision } from './report/report-decision.ts';
import { activity } from './runtime/activity.ts';
import type { WorkerContext } from './runtime/context.ts';
import { inThread } from './threads/in-thread.ts';
import { resolveModel } from './training/resolve-model.ts';
import { runTrial } from './training/run-trial.ts';
import { train } from './training/train.ts';

/**
 * All activities except the local ones. The second argument is the stage under which clients show the progress. A step
 * that computes over a whole corpus runs in a thread (`inThread`).
 */
export function createActivities(worker: WorkerContext) {
  return {
    resolveModel: activity(worker, 'model', resolveModel),
    ingest: activity(worker, 'documents', inThread('ingest')),
    chunk: activity(worker, 'chunks', inThread('chunk')),
    split: activity(worker, 'split', inThread('split')),
    planQuestions: activity(worker, 'questions', inThread('planQuestions')),
    planPilot: activity(worker, 'questions', inThread('planPilot')),
    submitBatchJobs: activity(worker, 'questions', inThread('submitBatchJobs')),
    pollBatchJobs: activity(worker, 'questions', pollBatchJobs),
    receiveBatchJobs: activity(worker, 'questions', inThread('receiveBatchJobs')),
    cancelBatchJobs: activity(worker, 'questions', cancelBatchJobs),
    askChunks: activity(worker, 'questions', askChunks),
    storeBacklog: activity(worker, 'questions', storeBacklog),
    readBacklog: activity(worker, 'questions', readBacklog),
    collectQuestions: activity(worker, 'questions', inThread('collectQuestions')),
    spendingFor: activity(worker, 'questions', inThread('spendingFor')),
    sampleQuestions: activity(worker, 'questions', inThread('sampleQuestions')),
    estimateQuestions: activity(worker, 'questions', inThread('estimateQuestions')),
    buildDataset: activity(worker, 'dataset', inThread('buildDataset')),
    checkRoundTrip: activity(worker, 'dataset', inThread('checkRoundTrip')),
    importDataset: activity(worker, 'dataset', inThread('importDataset')),
    mineHardNegatives: activity(worker, 'train', inThread('mineHardNegatives')),
    calibrateScale: activity(worker, 'train', inThread('calibrateScale')),
    holdOutDevelopment: activity(worker, 'train', inThread('holdOutDevelopment')),
    runTrial: activity(worker, 'train', runTrial),
    scoreBase: activity(worker, 'train', inThread('scoreBase')),
    train: activity(worker, 'train', train),
    mergeModel: activity(worker, 'train', inThread('mergeModel')),
    estimateTraining: activity(worker, 'train', inThread('estimateTraining')),
    evaluate: activity(worker, 'evaluate', inThread('evaluate')),
    compare: activity(worker, 'evaluate', inThread('compare')),
    publish: activity(worker, 'publish', publish),
    report: activity(worker, 'report', inThread('report')),
    currentRelease: activity(worker, 'changes', currentRelease),
    documentChanges: activity(worker, 'changes', inThread('documentChanges')),
    evaluateCurrentRelease: activity(worker, 'release', inThread('evaluateCurrentRelease')),
    promoteOrKeep: activity(worker, 'decision', promoteOrKeep),
    reportDecision: activity(worker, 'decision', reportDecision),
    listModels: activity(worker, 'publish', listModels),
    rollBack: activity(worker, 'publish', rollBack),
  };
}

/** The activities as workflows call them. Workflows import this type only, never a function. */
export type Activities = ReturnType<typeof createActivities>;
