import type { Catalogue } from '../translator.ts';

/** Errors of documents and of reading them. */
export const corpusZh: Catalogue = {
  'The disk is full: {message}.': '磁盘已满：{message}。',
  'Free space there and start again; finished steps are kept.': '请腾出空间后重新启动；已完成的步骤会保留。',
  'A file system does not answer: {message}.': '文件系统没有应答：{message}。',
  'It is retried automatically; if this lasts, check the disk or the mount, and the network.':
    '会自动重试；如果持续如此，请检查磁盘或挂载点以及网络。',
  '{name} is not UTF-8, and its encoding cannot be told (perhaps it is {encoding}).':
    '{name} 不是 UTF-8，编码也无法判断（可能是 {encoding}）。',
  'Save it as UTF-8; in Python: open(file, "w", encoding="utf-8").':
    '请存为 UTF-8；在 Python 中：open(file, "w", encoding="utf-8")。',
  '{name} is not {encoding} throughout: line {#line} has invalid bytes.':
    '{name} 并非全部是 {encoding}：第 {line} 行有无效的字节。',
  '{name} is not UTF-8 (line {#line}).': '{name} 不是 UTF-8（第 {line} 行）。',
  'The config file {path} is not UTF-8 (line {#line}).': '配置文件 {path} 不是 UTF-8（第 {line} 行）。',
  'chunks.maxTokens is {#maxTokens}, but the model reads only {#maxTokens2} tokens at once.':
    'chunks.maxTokens 是 {maxTokens}，但模型一次只读 {maxTokens2} 个 token。',
  'Set chunks.maxTokens to {#maxTokens} or less, or leave it out.':
    '请把 chunks.maxTokens 设为 {maxTokens} 或更小，或不设置。',
  'chunks.overlap is {#overlap}, more than half of the {#maxTokens} tokens a chunk may have.':
    'chunks.overlap 是 {overlap}，超过一个段落的 {maxTokens} 个 token 的一半。',
  'Set chunks.overlap to {#floor} or less.': '请把 chunks.overlap 设为 {floor} 或更小。',
  'The process that reads documents could not be started: it ended with {signal}.':
    '读取文档的进程无法启动：它因 {signal} 结束。',
  'The process that reads documents could not be started: it ended with code {code}.':
    '读取文档的进程无法启动：它以退出码 {code} 结束。',
  'The process that reads documents could not be started: it was not ready within {seconds} s.':
    '读取文档的进程无法启动：它在 {seconds} 秒内没有就绪。',
  'The process that reads documents could not be started: {why}.': '读取文档的进程无法启动：{why}。',
  'Give the worker more memory and processes.': '请允许 worker 使用更多内存和进程。',
  '{path} cannot be read any more ({code}).': '{path} 已无法读取（{code}）。',
  '{path} changed while the documents were being read.': '{path} 在读取文档期间发生了变化。',
  'Run again once the documents are in place.': '请在文档就位后重新运行。',
  'documents: {location} cannot be read here.': 'documents：这里无法读取 {location}。',
  'Name a folder.': '请指定文件夹。',
  'documents: there is nothing to read in {location} ({value}).':
    'documents：{location} 中没有可读取的内容（{value}）。',
  'documents: there is nothing to read in {location}.': 'documents：{location} 中没有可读取的内容。',
  'Name a folder, file or glob that holds documents (md, txt, html, pdf, docx, rtf, odt, pptx, xlsx, csv, ipynb, epub, rst, adoc and eml).':
    '请指定含有文档的文件夹、文件或通配符（md、txt、html、pdf、docx、rtf、odt、pptx、xlsx、csv、ipynb、epub、rst、adoc 和 eml）。',
  'It is retried automatically.': '会自动重试。',
  '{field}: {location} does not exist (looked for {path}).': '{field}：{location} 不存在（查找了 {path}）。',
  'Give a folder, file or glob that this worker can see.': '请给出这个 worker 能看到的文件夹、文件或通配符。',
  '{field}: {location} is not a folder, file or glob on this machine.':
    '{field}：{location} 不是这台机器上的文件夹、文件或通配符。',
  'Give a path or a file:// URI.': '请给出路径或 file:// URI。',
  '{field}: {location} is hidden: a part of its path begins with a dot.':
    '{field}：{location} 是隐藏的：路径中有一部分以点开头。',
  'Rename it, or add exactly this file or folder to the worker’s document roots.':
    '请给它改名，或把恰好是这个文件或文件夹的路径加入 worker 的文档 roots。',
  '{field}: {location} lies outside the folders this worker may read.':
    '{field}：{location} 不在这个 worker 可以读取的文件夹之内。',
  'Put it under {or}, or add its folder to the worker’s document roots.':
    '请把它放到 {or} 之下，或把它的文件夹加入 worker 的文档 roots。',
  'Add its folder to the worker’s document roots: `hone worker --grant FOLDER`, or `roots` in worker.yaml.':
    '请把它的文件夹加入 worker 的文档 roots：`hone worker --grant FOLDER`，或 worker.yaml 中的 `roots`。',
  '{field}: {location} names no bucket.': '{field}：{location} 没有写明存储桶。',
  'Write s3://bucket/folder/.': '请写成 s3://bucket/folder/。',
  'Add its bucket or folder to the worker’s document roots.': '请把它的存储桶或文件夹加入 worker 的文档 roots。',
  'split.firstChunks is {first}, but there are only {#length} chunks, so none is left for validation.':
    'split.firstChunks 是 {first}，但只有 {length} 个段落，验证一个也没有剩下。',
  'Set split.firstChunks lower, or leave it out to split by document.':
    '请调低 split.firstChunks，或不设置它而按文档划分。',
  'The documents give no chunk, too few to split into training and validation.':
    '文档没有产生任何段落，无法划分为训练和验证。',
  'The documents give one chunk, too few to split into training and validation.':
    '文档只产生一个段落，无法划分为训练和验证。',
  'Add documents, or set chunks.maxTokens lower.': '请增加文档，或调低 chunks.maxTokens。',
  '{#n} % of the validation chunks are nearly the same as a training chunk; split.maxLeakage allows {#n2} %.':
    '{n} % 的验证段落与某个训练段落几乎相同；split.maxLeakage 允许 {n2} %。',
  'Remove repeated documents, or raise split.maxLeakage if the repetition is real.':
    '请去掉重复的文档；如果重复确属实情，请调高 split.maxLeakage。',
  'The documents hold no text.': '文档中没有文字。',
  'Name documents that have some.': '请指定有文字的文档。',
  '{field}: {location} is not a file.': '{field}：{location} 不是文件。',
  'Name one file.': '请指定一个文件。',
  '{field}: {location} is larger than 2 GiB.': '{field}：{location} 超过 2 GiB。',
  'Use a smaller file.': '请使用较小的文件。',
  '{field}: there is no object {location}.': '{field}：没有对象 {location}。',
  'Name one object.': '请指定一个对象。',
};
