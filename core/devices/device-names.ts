/** `auto` is `webgpu` if the machine has a real GPU for it, else `cpu`. */
export const DEVICE_OPTIONS = ['auto', 'cpu', 'webgpu', 'cuda'] as const;
export type DeviceOption = (typeof DEVICE_OPTIONS)[number];
export type DeviceName = Exclude<DeviceOption, 'auto'>;
