import { expect, it } from 'vitest';
import { parseRetrainInput, parseRollbackRequest, parseRunInput } from './parse-input.ts';

it.each([
  [() => parseRunInput({}), 'The run input has one error: documents: ', '`hone schema` '],
  [
    () => parseRetrainInput({ documents: ['d'], publish: { name: 'n' }, retrain: { gate: 'best' } }),
    'The run input has one error: retrain.gate: ',
    '`hone schema --retrain` ',
  ],
  [() => parseRollbackRequest({ name: 'n', to: 0 }), 'The rollback request has one error: to: ', 'docs/retrain.md'],
])(
  'an invalid input is refused with the path of the error and where to find the schema (%#)',
  (parse, message, advice) => {
    expect(parse).toThrow(
      expect.objectContaining({
        kind: 'input',
        message: expect.stringContaining(message),
        advice: expect.stringContaining(advice),
      }),
    );
  },
);
