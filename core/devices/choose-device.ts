import { Fault } from '../contracts/fault.ts';
import type { DeviceName, DeviceOption } from './device-names.ts';
import { type FoundDevice, type GpuProvider, probeDevice } from './find-devices.ts';

const HOW_TO_INSTALL: Readonly<Record<GpuProvider, string>> = {
  webgpu: 'Install the GPU’s driver (on Linux with Vulkan, and libvulkan1)',
  cuda: 'Install the NVIDIA driver, and CUDA’s libraries with hone doctor --fix cuda',
};

/**
 * The device to train on.
 * @throws Fault `config` if a device is asked for by name and does not work on this machine.
 */
export async function chooseDevice(
  asked: DeviceOption,
  probe: (provider: GpuProvider) => Promise<FoundDevice> = probeDevice,
): Promise<DeviceName> {
  if (asked === 'cpu') return asked;
  const { works, software, reason } = await probe(asked === 'auto' ? 'webgpu' : asked);
  if (asked === 'auto') return works && !software ? 'webgpu' : 'cpu';
  // A software renderer is accepted by name, for tests.
  if (works) return asked;
  throw new Fault(
    'config',
    `The device ${asked} does not work on this machine: ${reason}.`,
    `${HOW_TO_INSTALL[asked]}, or leave the device to auto. hone doctor lists the devices of this machine.`,
  );
}
