import { asDeviceFault } from '../../devices/device-fault.ts';
import type { DeviceName } from '../../devices/device-names.ts';
import type { FrozenParameter, Parameter } from '../optimizer/parameters.ts';
import type { TrainingProgram } from '../session/training-graph.ts';
import type { TrainingDevice } from './device.ts';
import { openHostDevice } from './host-device.ts';
import { openWebGpuDevice } from './webgpu-device.ts';

type Open = (
  program: Omit<TrainingProgram, 'dropout'>,
  parameters: readonly (Parameter | FrozenParameter)[],
  options: { readonly threads?: number | undefined },
) => Promise<TrainingDevice>;

const OPEN: Readonly<Record<DeviceName, Open>> = {
  cpu: openHostDevice,
  webgpu: (program, parameters) => openWebGpuDevice(program, parameters),
  // The same graph as on the CPU; not yet run on a machine with CUDA (docs/gpu.md).
  cuda: (program, parameters, options) => openHostDevice(program, parameters, { ...options, provider: 'cuda' }),
};

/**
 * Opens a device by its name.
 * @throws Fault `exhausted` or `config`, also from the methods of the device, if a GPU lacks memory for what is asked.
 */
export async function openDevice(
  name: DeviceName,
  program: Omit<TrainingProgram, 'dropout'>,
  parameters: readonly (Parameter | FrozenParameter)[],
  options: { readonly threads?: number | undefined },
): Promise<TrainingDevice> {
  const explained = <T>(running: Promise<T>) => running.catch((error) => Promise.reject(asDeviceFault(name, error)));
  const device = await explained(OPEN[name](program, parameters, options));
  const { embeddings } = device;
  return {
    ...device,
    gradients: (batch) => explained(device.gradients(batch)),
    ...(embeddings && { embeddings: (batch) => explained(embeddings(batch)) }),
    update: (step) => explained(device.update(step)),
    read: () => explained(device.read()),
  };
}
