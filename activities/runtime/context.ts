import type { KeyObject } from 'node:crypto';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { Measure } from '../../core/contracts/metrics.ts';
import type { Profile } from '../../core/contracts/profile.ts';
import type { StageProgress } from '../../core/contracts/progress.ts';
import type { RecordSpan } from '../../core/contracts/tracing.ts';
import type { DeviceOption } from '../../core/devices/device-names.ts';
import type { MlflowOptions } from '../../core/tracking/mlflow.ts';

/** What a worker process gives to all its activities: the store, folders, credentials and resources of this machine. */
export interface WorkerContext {
  store: ArtifactStore;
  /** Folder in which base models are cached. */
  models: string;
  /** Folder for files that can be made again, such as scratch folders. */
  cache: string;
  /** Folder that relative locations of a run input are resolved against. */
  base: string;
  /** Folders and `s3://` prefixes that a run may name files in; nothing outside them is read. */
  roots: readonly string[];
  /** Profiles of language-model endpoints, by name. */
  profiles: Readonly<Record<string, Profile>>;
  /** Profiles without a key: name -> environment variable that should hold it. */
  keyless?: Readonly<Record<string, string>> | undefined;
  /** Threads for matrix work; default: all cores. */
  threads?: number | undefined;
  /** Device for training and embedding; default: the CPU. */
  device?: DeviceOption | undefined;
  /** Memory that training may take, in bytes; default: what is free. */
  memory?: number | undefined;
  /** Seconds between two checkpoints of a training; default: 60. */
  checkpointEveryS?: number | undefined;
  /** Seconds that running steps have to end once the worker stops; default: 60. */
  graceSeconds?: number | undefined;
  /** Signs published models; default: they are not signed. */
  signingKey?: KeyObject | undefined;
  /** Where runs are tracked besides their reports; default: nowhere. */
  mlflow?: MlflowOptions | undefined;
  /** Records what the worker measures of its work. */
  measure: Measure;
  /** Records a span below that of the step that runs. */
  recordSpan: RecordSpan;
}

/** The context of one activity attempt. */
export interface StepContext extends WorkerContext {
  /** Aborted when the run is paused or cancelled, or when the worker shuts down. */
  signal: AbortSignal;
  /** Reports how far the step is; sent with the next heartbeat. */
  progress(progress: StageProgress): void;
  /** An empty folder of this attempt, removed when the attempt ends. */
  scratch: string;
  /** Identifies this attempt: the id of the workflow execution, and a number that is higher for every later attempt. */
  owner: { run: string; attempt: number };
  /** The value that the previous attempt passed to `remember`; undefined if there is none. */
  remembered: unknown;
  /** Stores a small value with the heartbeat, for the next attempt. */
  remember(value: unknown): void;
}
