/**
 * Starts, follows and controls runs.
 * @module hone
 */
export type { Approval, ControlAnswer, Gate, Hold } from '../core/contracts/control.ts';
export type { Estimate, EstimateOptions, QuestionsEstimate, TrainingEstimate } from '../core/contracts/estimate.ts';
export { Fault, type FaultKind } from '../core/contracts/fault.ts';
export type { Progress, Stage, StageName, StageProgress } from '../core/contracts/progress.ts';
export type {
  ListedModel,
  ListedVersion,
  RegistryEvent,
  RollbackRequest,
  RolledBack,
} from '../core/contracts/release.ts';
export type { RetrainInput, RetrainRequest, RetrainResult } from '../core/contracts/retrain.ts';
export type { RunInput, RunRequest } from '../core/contracts/run-input.ts';
export type { DatasetEvaluation, Published, RunResult } from '../core/contracts/run-result.ts';
export type { CheckedRequest, CheckedRetrain, CheckedRun } from '../core/run/parse-input.ts';
export type { ConnectOptions } from './connection.ts';
export type { Deployment, Deployments, DeploymentVersion } from './deployments.ts';
export type { Followed, FollowOptions, RunState } from './follow.ts';
export { Hone, type HoneOptions } from './hone.ts';
export type { Models } from './models.ts';
export type { ControlOptions } from './run-control.ts';
export type { RunDescription, RunKind, RunSummary } from './run-summary.ts';
export type {
  ScheduleDetails,
  ScheduledRun,
  ScheduleHealth,
  ScheduleSummary,
  SkippedStarts,
} from './schedule-summary.ts';
export type { ScheduleOptions } from './schedule-times.ts';
export type { ScheduleChange, Schedules } from './schedules.ts';
export type { Started, StartOptions } from './start-workflow.ts';
