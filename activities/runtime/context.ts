import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { Profile } from '../../core/contracts/profile.ts';
import type { StageProgress } from '../../core/contracts/progress.ts';
import type { DeviceOption } from '../../core/training/devices/choose-device.ts';

/** What a worker brings to every step: where things lie on this machine and whom it may ask. */
export interface WorkerContext {
  store: ArtifactStore;
  /** Folder in which base models are cached. */
  models: string;
  /** Folder for what can be made again: scratch files, checkpoints. */
  cache: string;
  /** Relative locations in a run input start here. */
  base: string;
  /** Folders and `s3://` prefixes a run may name files in; nothing outside them is read. */
  roots: readonly string[];
  profiles: Readonly<Record<string, Profile>>;
  /** Profiles that cannot be used, each with the environment variable that should hold its key. */
  keyless?: Readonly<Record<string, string>>;
  /** Threads for matrix work; default: all cores. */
  threads?: number;
  /** What trains; default: the CPU. */
  device?: DeviceOption;
  /** Bytes that training may take; default: what is free. */
  memory?: number;
  /** Seconds between two checkpoints of a training; default: 60. */
  checkpointEveryS?: number;
}

/** A worker's context during one activity. */
export interface StepContext extends WorkerContext {
  /** Aborted when the run is cancelled or the worker shuts down. */
  signal: AbortSignal;
  /** Tells Temporal, and whoever follows the run, how far the step is. */
  progress(progress: StageProgress): void;
  /** A folder of this attempt alone, removed when it ends. */
  scratch: string;
  /** Which run this is, whoever does the step; a later try at one has a higher number. */
  lease: { run: string; attempt: number };
  /** What the attempt before this one asked to be remembered. */
  remembered: unknown;
  /** Has Temporal keep a small value for the next attempt, should this one die. */
  remember(value: unknown): void;
}
