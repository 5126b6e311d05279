export { askQuestions, questionsFor } from './ask-questions.ts';
export { fineTune } from './fine-tune.ts';
export { governor } from './governor.ts';
