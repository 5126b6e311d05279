import { workflowInfo } from '@temporalio/workflow';

/** Far below the 10,240 events at which the server warns, as the work in flight still adds events. */
const MAX_EVENTS = 4000;

/** Whether the workflow should continue as new. @param events maximum length of its history; default 4,000. */
export function isHistoryFull(events = MAX_EVENTS): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return historyLength > events || continueAsNewSuggested;
}
