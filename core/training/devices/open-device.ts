import type { FrozenParameter, Parameter } from '../optimizer/parameters.ts';
import type { TrainingProgram } from '../session/training-graph.ts';
import type { DeviceName } from './choose-device.ts';
import type { TrainingDevice } from './device.ts';
import { openHostDevice } from './host-device.ts';
import { openWebGpuDevice } from './webgpu-device.ts';

type Open = (
  program: Omit<TrainingProgram, 'dropout'>,
  parameters: readonly (Parameter | FrozenParameter)[],
  options: { readonly threads?: number | undefined },
) => Promise<TrainingDevice>;

/** By the name of the device. */
export const OPEN_DEVICE: Readonly<Record<DeviceName, Open>> = {
  cpu: openHostDevice,
  webgpu: (program, parameters) => openWebGpuDevice(program, parameters),
  // The same graph as on the CPU; not yet run on a machine with CUDA (docs/gpu.md).
  cuda: (program, parameters, options) => openHostDevice(program, parameters, { ...options, provider: 'cuda' }),
};
