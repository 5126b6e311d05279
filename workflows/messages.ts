import { defineQuery } from '@temporalio/workflow';
import type { Progress } from '../core/contracts/progress.ts';

/** How far the run is, stage by stage; live figures of a running stage are in its activity's heartbeat. */
export const progressQuery = defineQuery<Progress>('progress');
