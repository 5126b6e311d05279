export { askQuestions, questionsFor } from './ask-questions.ts';
export { askThroughBatchApi } from './ask-through-batch-api.ts';
export { estimate } from './estimate.ts';
export { fineTune } from './fine-tune.ts';
export { governor } from './governor.ts';
export { models, rollback } from './models.ts';
export { retrain } from './retrain.ts';
