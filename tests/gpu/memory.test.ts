import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { backward, Graph, matMul, sum, type Value } from '../../core/autodiff/index.ts';
import { openDevice } from '../../core/training/devices/open-device.ts';
import { allocateParameters } from '../../core/training/optimizer/parameters.ts';
import { DEVICE } from './trainable.ts';

/** A square of this many float32 numbers is larger than SwiftShader allocates; a real GPU may have room for it. */
const SIDE = 17_000;
const SOFTWARE = process.env.VK_ICD_FILENAMES?.includes('swiftshader') ?? false;

describe.runIf(DEVICE === 'webgpu' && SOFTWARE)('a tensor for which the GPU has no memory', () => {
  it('ends training with a Fault that says so and what to do', async () => {
    const graph = new Graph();
    const [x, w] = [graph.input('x', 'float32', [SIDE, 1]), graph.input('w', 'float32', [1, SIDE])];
    const loss = sum(matMul(x, w));
    const gradients = new Map([['w', backward(loss, [w])[0] as Value]]);
    const parameters = allocateParameters(new Map([['w', [1, SIDE]]]));
    const device = await openDevice(DEVICE, { loss, gradients }, parameters, {});
    const batch = { x: new Tensor('float32', new Float32Array(SIDE).fill(1), [SIDE, 1]) };
    await expect(device.gradients(batch)).rejects.toMatchObject({
      name: 'Fault',
      message: expect.stringMatching(/The memory of the GPU \(webgpu\) ran out|larger than the GPU/),
      advice: expect.stringMatching(/miniBatchSize/),
    });
    await device.close();
  });
});
