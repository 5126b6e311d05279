import { condition, defineQuery, setHandler } from '@temporalio/workflow';

export const largeAnswer = defineQuery<string>('largeAnswer');

/** Ends with, or answers a query with, as many characters. */
export async function tooLarge(result: number, answer = 0): Promise<{ text: string }> {
  setHandler(largeAnswer, () => 'x'.repeat(answer));
  await condition(() => answer === 0);
  return { text: 'x'.repeat(result) };
}
