import { SHAPES, type Shape } from '../engines.ts';
import type { Part } from '../part.ts';
import { checkPart } from './checks.ts';
import { embeddingParts } from './embedding.ts';
import { doctorPart, machinePart } from './machine.ts';
import { batchPart, tensorPart } from './memory.ts';
import { profilePart } from './profile.ts';
import { trainingParts } from './training.ts';

const [minilm, base, qwen] = SHAPES as [Shape, Shape, Shape];

/** In the order in which they tell most, as a machine may be lent for minutes only. */
export const PARTS: readonly Part[] = [
  machinePart,
  doctorPart,
  checkPart('gradients', 'webgpu'),
  checkPart('gradients', 'cuda'),
  ...trainingParts(minilm),
  checkPart('ten-steps', 'webgpu'),
  checkPart('ten-steps', 'cuda'),
  ...embeddingParts(minilm),
  ...trainingParts(base),
  profilePart('webgpu'),
  profilePart('cuda'),
  tensorPart('webgpu'),
  tensorPart('cuda'),
  checkPart('embedding', 'webgpu'),
  checkPart('embedding', 'cuda'),
  checkPart('operators', 'webgpu'),
  checkPart('operators', 'cuda'),
  checkPart('session', 'webgpu'),
  checkPart('session', 'cuda'),
  ...trainingParts(qwen),
  ...embeddingParts(base),
  ...embeddingParts(qwen),
  batchPart('webgpu'),
  batchPart('cuda'),
];
