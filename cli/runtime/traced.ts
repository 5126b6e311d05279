import { inSpan } from '../../core/telemetry/spans.ts';
import { startTracing } from '../../core/telemetry/tracing.ts';

/** They run until they are stopped, and what they do has spans of its own. */
const SERVICES = ['worker', 'serve', 'codec-server'];

/**
 * Runs a command in a span of its own, if OpenTelemetry's variables say where traces go.
 * @param command Name of the command; undefined: none that there is.
 */
export async function traced(command: string | undefined, work: () => Promise<void>): Promise<void> {
  if (command === undefined) return work();
  const isService = SERVICES.includes(command);
  const tracing = await startTracing(isService ? `hone-${command}` : 'hone');
  try {
    await (isService ? work() : inSpan(`hone ${command}`, {}, work));
  } finally {
    await tracing?.close();
  }
}
