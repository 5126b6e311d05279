import type { Catalogue } from '../translator.ts';

/** What is wrong with a file of weights, as the rest of a sentence that begins with its name. */
export const weightsZh: Catalogue = {
  'its header length is invalid': '头部长度无效',
  'its header is not JSON': '头部不是 JSON',
  'it ends too early': '过早结束',
  'the bytes of {name} do not follow those of the tensor before it': '{name} 的字节没有紧接前一个张量',
  'it has {#size} bytes, but its header describes {#described}': '它有 {size} 字节，但头部描述的是 {described}',
  'it has no tensor {name}': '没有张量 {name}',
  'its entry for {name} is malformed': '{name} 的条目格式不对',
  '{name} has the unknown type {type}': '{name} 的类型 {type} 未知',
  '{name} of shape [{shape}] does not fit its {#bytes} bytes': '形状为 [{shape}] 的 {name} 与其 {bytes} 字节不符',
  '{path} holds no state dict.': '{path} 中没有 state dict。',
  '{path} holds more than the weights of a model: {name}.': '{path} 中不只有模型的权重：{name}。',
  '{path} has the pickle opcode 0x{code}, which no state dict has.':
    '{path} 含有 state dict 不会有的 pickle 操作码 0x{code}。',
  '{path} builds objects, which no state dict has.': '{path} 会构造对象，state dict 不会这样。',
  '{path} has a number that is too large.': '{path} 中有一个数过大。',
  '{path} has weights of the type {name}.': '{path} 中有类型为 {name} 的权重。',
  '{path} has a tensor that is damaged.': '{path} 中有损坏的张量。',
  '{path} has a tensor that is larger than its storage.': '{path} 中有一个张量超出其存储。',
  '{path} calls {name}, which is code, when it is read with pickle.':
    '{path} 用 pickle 读取时会调用 {name}，那是代码。',
  '{path} has the compressed entry {name}, which torch does not write.':
    '{path} 含有压缩的条目 {name}，torch 不会这样写。',
};
