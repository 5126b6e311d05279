import type { Catalogue } from '../translator.ts';

/** Findings of `hone doctor` and what to do about them. */
export const doctorZh: Catalogue = {
  'There is no CUDA provider for {platform} on {arch}.': '没有适用于 {arch} 上的 {platform} 的 CUDA provider。',
  'Use --device webgpu, which needs nothing but the GPU’s driver.': '请使用 --device webgpu，它只需要 GPU 的驱动。',
  'This is unexpected; please report it.': '这是意外情况，请报告。',
  'The CUDA provider is in {folder}.': 'CUDA provider 在 {folder}。',
  'downloading {package} {RUNTIME_VERSION} with pip (247 MB)': '正在用 pip 下载 {package} {RUNTIME_VERSION}（247 MB）',
  'The CUDA provider has been put into {folder}.': 'CUDA provider 已放入 {folder}。',
  'CUDA does not work yet: {lack}': 'CUDA 还不能用：{lack}',
  'Install Node {needed} or later.': '请安装 Node {needed} 或更高版本。',
  '{#n} of {#n2} GB available': '可用 {n} GB，共 {n2} GB',
  'Close other programs, or train a smaller model with a smaller batch size.':
    '请关闭其他程序，或用较小的批训练较小的模型。',
  '{#n} GB free at {folder}': '{folder} 处空闲 {n} GB',
  'Free some space, or set HONE_HOME to a folder on another disk.':
    '请腾出空间，或把 HONE_HOME 设为另一块磁盘上的文件夹。',
  'Reinstall onnxruntime-node for this platform (glibc, not Alpine).':
    '请为这个平台重新安装 onnxruntime-node（需要 glibc，不支持 Alpine）。',
  '{provider}: in software only, slower than the CPU': '{provider}：仅有软件实现，比 CPU 慢',
  '{uri}, conditional writes work': '{uri}，条件写入可用',
  '{uri} lets a second writer overwrite the first': '{uri} 允许后来的写入者覆盖先前的',
  'Use another store: in this one, two workers would overwrite each other’s models.':
    '请使用另一个存储：在这个存储中，两个 worker 会互相覆盖对方的模型。',
  'no profile, so no language model to generate questions': '没有配置档，因此没有语言模型可以生成问题',
  'Set OPENAI_API_KEY (and OPENAI_BASE_URL for another endpoint), or use --questions headings.':
    '请设置 OPENAI_API_KEY（其他端点还要设置 OPENAI_BASE_URL），或使用 --questions headings。',
  '{name}: {variable} is not set': '{name}：未设置 {variable}',
  'Set {variable} to the key of {name}.': '请把 {variable} 设为 {name} 的密钥。',
  '{name} ({host}): the key is refused': '{name}（{host}）：密钥被拒绝',
  'Check the key in OPENAI_API_KEY, or in the variable that apiKeyFrom in worker.yaml names.':
    '请检查 OPENAI_API_KEY 中的密钥，或 worker.yaml 的 apiKeyFrom 所指变量中的密钥。',
  '{name} ({host}): answers, but lists no models': '{name}（{host}）：有应答，但没有列出模型',
  '{name} ({host}): does not answer': '{name}（{host}）：没有应答',
  '{name} ({host}): answers with an error': '{name}（{host}）：应答出错',
  'Check the address (OPENAI_BASE_URL, or baseURL in worker.yaml) and the network.':
    '请检查地址（OPENAI_BASE_URL，或 worker.yaml 中的 baseURL）和网络。',
  'none cached yet in {folder}': '{folder} 中还没有缓存',
  'cached in {folder}': '缓存在 {folder}',
};
