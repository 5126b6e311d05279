export { askBatchApi } from './ask-batch-api.ts';
export { askPilot, askQuestions, questionsFor } from './ask-questions.ts';
export { estimate } from './estimate.ts';
export { fineTune } from './fine-tune.ts';
export { models, rollback } from './models.ts';
export { rateLimiter } from './rate-limiter.ts';
export { retrain } from './retrain.ts';
