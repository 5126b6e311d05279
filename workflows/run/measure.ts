import { metricMeter } from '@temporalio/workflow';
import { measureWith } from '../../core/contracts/measure-with.ts';

/** Measures what only a workflow knows. It is no command, and a replay measures nothing again. */
export const measure = measureWith(metricMeter);
