import type { Catalogue } from '../translator.ts';

/** Errors of training. */
export const trainingZh: Catalogue = {
  'matryoshka asks for embeddings of {widest} dimensions, but those of the model in {modelFolder} have {#dimensions}.':
    'matryoshka 要求 {widest} 维的嵌入，但 {modelFolder} 中模型的嵌入是 {dimensions} 维。',
  'Give widths up to {#dimensions}.': '请给出不超过 {dimensions} 的维数。',
  'Training diverged at step {value}: the loss is no longer a number, on the queries {value2}.':
    '训练在第 {value} 步发散：损失不再是数值，涉及的问题是 {value2}。',
  'Lower the learning rate, or check these questions and passages.': '请降低学习率，或检查这些问题和段落。',
  'training.earlyStopping.share holds out {#count} of {all} passages, as questions with several passages keep them together; at least two must be held out, and two left to train on.':
    'training.earlyStopping.share 从 {all} 个段落中留出 {count} 个，因为多个段落共有的问题使它们不能分开；至少要留出两个，并剩下两个用于训练。',
  'training.earlyStopping.share holds out {#count} of {all} passages; at least two must be held out, and two left to train on.':
    'training.earlyStopping.share 从 {all} 个段落中留出 {count} 个；至少要留出两个，并剩下两个用于训练。',
  'Give another share, add questions, or leave earlyStopping out.':
    '请给出另一个比例，增加问题，或不使用 earlyStopping。',
  'All questions of {dataset} are answered by the same passage, so that no question has a negative.':
    '{dataset} 的所有问题都由同一个段落回答，因此没有问题有负例。',
  'All questions of the training data are answered by the same passage, so that no question has a negative.':
    '训练数据的所有问题都由同一个段落回答，因此没有问题有负例。',
  'Add questions about other passages.': '请增加关于其他段落的问题。',
  'The machine cannot allocate {#ceil} MB for training in one piece.':
    '这台机器无法为训练分配一整块 {ceil} MB 的内存。',
  'Free memory, or raise the limit on address space (ulimit -v): each piece reserves eight gigabytes of it, whether used or not.':
    '请释放内存，或提高地址空间的上限（ulimit -v）：每一块都会预留 8 GB 地址空间，不论是否用到。',
  'lora.targets names {target}, but no dense layer of the model has this name.':
    'lora.targets 指定了 {target}，但模型中没有这个名字的稠密层。',
  'Use names such as {value}.': '请使用 {value} 这样的名字。',
  '{name} has {#ceil} million numbers; training takes up to {#floor} million in one tensor.':
    '{name} 有 {ceil} 百万个数；训练中一个张量最多 {floor} 百万个。',
  'Freeze the embeddings (freeze), train low-rank adapters (lora), or use a smaller model.':
    '请冻结嵌入层（freeze），训练低秩适配器（lora），或使用较小的模型。',
  'freeze.layers is {#frozen}, but the model has {#layers} layers.':
    'freeze.layers 为 {frozen}，但模型只有 {layers} 层。',
  'freeze.layers is {#frozen}, but the model has {#layers} layers, and then nothing is left to train.':
    'freeze.layers 为 {frozen}，而模型有 {layers} 层，这样就没有可训练的部分了。',
  'Freeze fewer than {#layers} layers.': '请冻结少于 {layers} 层。',
  'Training takes about {#n} GB even with recomputed layers, more than the {#n2} GB it may take.':
    '即使重算各层，训练也需要约 {n} GB，超过允许的 {n2} GB。',
  'Lower maxLength or batchSize, set miniBatchSize, or give it more memory.':
    '请调低 maxLength 或 batchSize，设置 miniBatchSize，或给它更多内存。',
};
