import { describe, expect, test } from 'vitest';
import { EN, JSON_EN, LIST } from './fixtures/answers.ts';
import { parseAnswer } from './parse-answer.ts';

describe('tokens of chat templates are removed', () => {
  test.each<[string, string]>([
    ['</s>', `1. ${EN[0]}</s>\n2. ${EN[1]}</s>`],
    ['on one line', `${EN[0]}</s><s>${EN[1]}</s>`],
    ['Gemma', `${LIST}<end_of_turn>`],
    ['ChatML after JSON', `${JSON_EN}<|im_end|>\n<|endoftext|>`],
    ['Llama', `<|start_header_id|>assistant<|end_header_id|>\n\n${LIST}<|eot_id|>`],
    ['DeepSeek', `${LIST}<｜end▁of▁sentence｜>`],
    ['GLM', `<|begin_of_box|>${JSON_EN}<|end_of_box|>`],
    ['Mistral', ` ${LIST} [/INST]`],
    ['Nemotron', `<SPECIAL_12>${LIST}<SPECIAL_11>`],
    ['MiniMax', `${LIST}[e~[`],
    ['Baichuan', `${LIST}<reserved_106>`],
    ['a made-up next turn of Alpaca', `${LIST}\n\n### Instruction:\nAnd then?\n\n### Response:\n3. Who?`],
    ['within JSON', JSON.stringify({ questions: EN.map((question) => `${question}</s>`) })],
    [
      'a made-up next turn',
      `${LIST}<|im_end|>\n<|im_start|>user\n3. And then?<|im_end|>\n<|im_start|>assistant\nWhat?`,
    ],
    ['a made-up next turn of Llama 2', `${LIST}</s><s>[INST] What about the pump? [/INST] Who?`],
    [
      'an echo of the prompt',
      `<|im_start|>user\nWhat do you want?<|im_end|>\n<|im_start|>assistant\n${LIST}<|im_end|>`,
    ],
  ])('%s', (_token, answer) => {
    expect(parseAnswer(answer)).toEqual(EN);
  });

  test('within a question they are its subject', () => {
    const question = 'When does ChatML need <|im_end|> in a template?';
    expect(parseAnswer(question)).toEqual([question]);
  });
});
