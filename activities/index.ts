import type { Activities } from '../core/contracts/activities.ts';
import { chunk } from './corpus/chunk.ts';
import { ingest } from './corpus/ingest.ts';
import { split } from './corpus/split.ts';
import { assemble } from './dataset/build-dataset.ts';
import { checkRoundTrip } from './dataset/check-round-trip.ts';
import { importDataset } from './dataset/import-dataset.ts';
import { mine } from './dataset/mine.ts';
import { compare } from './evaluation/compare.ts';
import { evaluate } from './evaluation/evaluate.ts';
import { measureProduction } from './evaluation/measure-production.ts';
import { askBatch } from './questions/ask-batch.ts';
import { cancelBatch, pollBatch, receiveBatch, submitBatch } from './questions/batch-api.ts';
import { collectQuestions } from './questions/collect-questions.ts';
import { quote } from './questions/estimate-questions.ts';
import { planQuestions } from './questions/plan-questions.ts';
import { sampleQuestions } from './questions/sample-questions.ts';
import { production } from './release/current-release.ts';
import { changes } from './release/document-changes.ts';
import { listModels } from './release/list-models.ts';
import { conclude } from './release/promote-or-keep.ts';
import { publish } from './release/publish.ts';
import { rollBack } from './release/roll-back.ts';
import { report } from './report/report.ts';
import { reportDecision } from './report/report-decision.ts';
import { activity } from './runtime/activity.ts';
import type { WorkerContext } from './runtime/context.ts';
import { pilot } from './training/estimate-training.ts';
import { resolveModel } from './training/resolve-model.ts';
import { train } from './training/train.ts';

/** The steps of a run, each under the stage whose progress it reports. */
export function createActivities(worker: WorkerContext): Activities {
  return {
    resolveModel: activity(worker, 'model', resolveModel),
    ingest: activity(worker, 'documents', ingest),
    chunk: activity(worker, 'chunks', chunk),
    split: activity(worker, 'split', split),
    planQuestions: activity(worker, 'questions', planQuestions),
    submitBatch: activity(worker, 'questions', submitBatch),
    pollBatch: activity(worker, 'questions', pollBatch),
    receiveBatch: activity(worker, 'questions', receiveBatch),
    cancelBatch: activity(worker, 'questions', cancelBatch),
    askBatch: activity(worker, 'questions', askBatch),
    collectQuestions: activity(worker, 'questions', collectQuestions),
    sampleQuestions: activity(worker, 'questions', sampleQuestions),
    quote: activity(worker, 'questions', quote),
    assemble: activity(worker, 'dataset', assemble),
    checkRoundTrip: activity(worker, 'dataset', checkRoundTrip),
    importDataset: activity(worker, 'dataset', importDataset),
    mine: activity(worker, 'train', mine),
    train: activity(worker, 'train', train),
    pilot: activity(worker, 'train', pilot),
    evaluate: activity(worker, 'evaluate', evaluate),
    compare: activity(worker, 'evaluate', compare),
    publish: activity(worker, 'publish', publish),
    report: activity(worker, 'report', report),
    production: activity(worker, 'changes', production),
    changes: activity(worker, 'changes', changes),
    measureProduction: activity(worker, 'production', measureProduction),
    conclude: activity(worker, 'decision', conclude),
    reportDecision: activity(worker, 'decision', reportDecision),
    listModels: activity(worker, 'publish', listModels),
    rollBack: activity(worker, 'publish', rollBack),
  };
}
