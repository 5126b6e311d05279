import { workflowInfo } from '@temporalio/workflow';

/** Far below what a server warns of (10,240), as what is under way has yet to come home. */
const EVENTS = 4000;

/** Whether it is time to begin the history anew. @param events that it may have; default 4,000. */
export function isHistoryFull(events = EVENTS): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return historyLength > events || continueAsNewSuggested;
}
