import type { Hold } from '../contracts/control.ts';

/** One line for people: why a run is on hold, and the command that lets it continue. */
export function describeHold({ state, gate, note }: Hold, workflowId: string): string {
  switch (state) {
    case 'pausing':
      return 'Pausing: the current step stops at its next safe point.';
    case 'paused':
      return `Paused. To continue: hone resume ${workflowId}`;
    case 'approval': {
      const show = gate === 'questions' ? ` · to see them: hone show ${workflowId} --questions` : '';
      return `Waiting for approval of the ${gate}${note ? ` (${note})` : ''}: hone approve ${workflowId}${show}`;
    }
  }
}
