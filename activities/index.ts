import type { Activities } from '../core/contracts/activities.ts';
import { activity } from './activity.ts';
import { askBatch } from './ask-batch.ts';
import { assemble } from './assemble.ts';
import { cancelBatch, pollBatch, receiveBatch, submitBatch } from './batch.ts';
import { changes } from './changes.ts';
import { checkRoundTrip } from './check-round-trip.ts';
import { chunk } from './chunk.ts';
import { collectQuestions } from './collect-questions.ts';
import { compare } from './compare.ts';
import { conclude } from './conclude.ts';
import type { WorkerContext } from './context.ts';
import { evaluate } from './evaluate.ts';
import { importDataset } from './import-dataset.ts';
import { ingest } from './ingest.ts';
import { listModels } from './list-models.ts';
import { measureProduction } from './measure-production.ts';
import { mine } from './mine.ts';
import { pilot } from './pilot.ts';
import { planQuestions } from './plan-questions.ts';
import { production } from './production.ts';
import { publish } from './publish.ts';
import { quote } from './quote.ts';
import { report } from './report.ts';
import { reportDecision } from './report-decision.ts';
import { resolveModel } from './resolve-model.ts';
import { rollBack } from './roll-back.ts';
import { sampleQuestions } from './sample-questions.ts';
import { split } from './split.ts';
import { train } from './train.ts';

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
