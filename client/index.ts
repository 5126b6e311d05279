export type { Approval, ControlAnswer, Gate, Hold } from '../core/contracts/control.ts';
export type { Estimate, EstimateOptions, QuestionsEstimate, TrainingEstimate } from '../core/contracts/estimate.ts';
export { Fault, type FaultKind } from '../core/contracts/fault.ts';
export type { Progress, Stage, StageName, StageProgress } from '../core/contracts/progress.ts';
export type { RunInput, RunRequest } from '../core/contracts/run-input.ts';
export type { Judgement, Published, RunResult } from '../core/contracts/run-result.ts';
export type { Followed, FollowOptions, RunState } from './follow.ts';
export { type ConnectOptions, Hone, type Started, type StartOptions, type TellOptions } from './hone.ts';
export type { RunDescription, RunSummary } from './run-summary.ts';
