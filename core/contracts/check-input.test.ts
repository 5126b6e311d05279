import { expect, it } from 'vitest';
import { parseRollbackRequest } from './release.ts';
import { parseRetrainInput } from './retrain.ts';
import { parseRunInput } from './run-input.ts';

it.each([
  [() => parseRunInput({}), 'The run input has one fault: documents: ', '`hone schema` '],
  [
    () => parseRetrainInput({ documents: ['d'], publish: { name: 'n' }, retrain: { gate: 'best' } }),
    'The run input has one fault: retrain.gate: ',
    '`hone schema --retrain` ',
  ],
  [() => parseRollbackRequest({ name: 'n', to: 0 }), 'The rollback has one fault: to: ', 'docs/retrain.md'],
])('what is wrong is named by its path, and where to see what is right (%#)', (parse, message, advice) => {
  expect(parse).toThrow(
    expect.objectContaining({
      kind: 'input',
      message: expect.stringContaining(message),
      advice: expect.stringContaining(advice),
    }),
  );
});
