import { expect, it } from 'vitest';
import { addSpending, NO_SPENDING, remainingBudget, spendingOf } from './spending.ts';

const usage = { promptTokens: 100, completionTokens: 20 };

it('adds answers up, those through the Batch API apart', () => {
  const one = spendingOf({ usage, cost: 0.5 });
  const batched = spendingOf({ usage, cost: 0.25 }, { batchApi: true });
  expect([one, batched].reduce(addSpending, NO_SPENDING)).toEqual({
    answers: 2,
    batchApiAnswers: 1,
    promptTokens: 200,
    completionTokens: 40,
    cost: 0.75,
    seconds: 0,
  });
});

it('has no cost if one of the answers has no price', () => {
  const sum = addSpending(spendingOf({ usage, cost: 0.5 }), spendingOf({ usage }));
  expect(sum).toMatchObject({ answers: 2, cost: undefined });
});

it('leaves the whole budget before anything is spent, and no limit without a budget', () => {
  expect(remainingBudget(2, NO_SPENDING)).toBe(2);
  expect(remainingBudget(2, spendingOf({ usage, cost: 0.5 }))).toBe(1.5);
  expect(remainingBudget(undefined, spendingOf({ usage, cost: 0.5 }))).toBe(Number.POSITIVE_INFINITY);
});

it('crosses Temporal as JSON without a change', () => {
  const spending = spendingOf({ usage });
  expect(addSpending(JSON.parse(JSON.stringify(spending)), NO_SPENDING)).toEqual(addSpending(spending, NO_SPENDING));
});
