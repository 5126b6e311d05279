import { expect, it } from 'vitest';
import type { BaseModel } from '../contracts/model.ts';
import { withModelPrompts } from './model-prompts.ts';
import { parseRunInput } from './parse-input.ts';

const base: BaseModel = { name: 'e5', revision: 'local', sha256: 'x', maxTokens: 512, dimension: 8 };
const e5: BaseModel = { ...base, prompts: { family: 'e5', query: 'query: ', passage: 'passage: ' } };

const promptsOf = (training: object, model: BaseModel) =>
  withModelPrompts(parseRunInput({ documents: ['docs'], training }), model).training.prompts;

it('a run takes the prompts of its base model’s family, except those that it gives itself, empty ones included', () => {
  expect(promptsOf({}, e5)).toEqual({ query: 'query: ', passage: 'passage: ' });
  expect(promptsOf({ prompts: { query: 'frage: ' } }, e5)).toEqual({ query: 'frage: ', passage: 'passage: ' });
  expect(promptsOf({ prompts: { query: '', passage: '' } }, e5)).toEqual({ query: '', passage: '' });
  expect(promptsOf({}, base)).toBeUndefined();
  expect(promptsOf({ prompts: { query: 'frage: ' } }, base)).toEqual({ query: 'frage: ' });
});
