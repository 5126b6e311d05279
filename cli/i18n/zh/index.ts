import type { Catalogue } from '../translator.ts';
import { clientZh } from './client.ts';
import { codecZh } from './codec.ts';
import { commanderZh } from './commander.ts';
import { commandsZh } from './commands.ts';
import { corpusZh } from './corpus.ts';
import { deploymentsZh } from './deployments.ts';
import { doctorZh } from './doctor.ts';
import { encoderZh } from './encoder.ts';
import { endpointsZh } from './endpoints.ts';
import { estimateZh } from './estimate.ts';
import { helpZh } from './help.ts';
import { hubZh } from './hub.ts';
import { inputsZh } from './inputs.ts';
import { progressZh } from './progress.ts';
import { questionsZh } from './questions.ts';
import { runsZh } from './runs.ts';
import { serveZh } from './serve.ts';
import { signatureZh } from './signature.ts';
import { storeZh } from './store.ts';
import { trackingZh } from './tracking.ts';
import { trainingZh } from './training.ts';
import { verifyZh } from './verify.ts';
import { verifyFaultsZh } from './verify-faults.ts';
import { weightsZh } from './weights.ts';
import { wordsZh } from './words.ts';
import { workersZh } from './workers.ts';
import { zodZh } from './zod.ts';

/** Chinese for the texts of the terminal, by area. */
export const catalogueZh: Catalogue = {
  ...clientZh,
  ...codecZh,
  ...commanderZh,
  ...commandsZh,
  ...corpusZh,
  ...deploymentsZh,
  ...doctorZh,
  ...encoderZh,
  ...endpointsZh,
  ...estimateZh,
  ...helpZh,
  ...hubZh,
  ...inputsZh,
  ...progressZh,
  ...questionsZh,
  ...runsZh,
  ...serveZh,
  ...signatureZh,
  ...storeZh,
  ...trackingZh,
  ...trainingZh,
  ...verifyZh,
  ...verifyFaultsZh,
  ...weightsZh,
  ...wordsZh,
  ...workersZh,
  ...zodZh,
};
