/**
 * Automatic differentiation over ONNX graphs.
 * @module hone/autodiff
 */
export { backward, recomputed } from './backward.ts';
export {
  type Attributes,
  type Constant,
  type ElementType,
  Graph,
  type Node,
  type Value,
  type ValueRule,
} from './graph.ts';
export { type Lowering, type LoweringTable, lower } from './lower.ts';
export { type ExternalPlace, encodeModel, type ModelOutput, toOnnx } from './onnx.ts';
export * from './ops.ts';
export { RULES, type Rule } from './rules.ts';
export type { Dim, Shape } from './shape.ts';
export { WEBGPU } from './webgpu.ts';
