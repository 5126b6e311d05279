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
  // The server and the store
  namespace: '命名空间',
  attributes: '搜索属性',
  workers: 'worker',
  'hone doctor --fix cuda installs its libraries; see docs/gpu.md.':
    'hone doctor --fix cuda 会安装它的库；参见 docs/zh/gpu.md。',
  'hone doctor --fix cuda installs its libraries; see docs/gpu.md. Or set device to cpu (worker.yaml, HONE_DEVICE).':
    'hone doctor --fix cuda 会安装它的库；参见 docs/zh/gpu.md。也可以把 device 设为 cpu（worker.yaml、HONE_DEVICE）。',
  'See docs/gpu.md.': '参见 docs/zh/gpu.md。',
  'See docs/gpu.md. Or set device to cpu (worker.yaml, HONE_DEVICE).':
    '参见 docs/zh/gpu.md。也可以把 device 设为 cpu（worker.yaml、HONE_DEVICE）。',
  'device is {device}; {found}': 'device 是 {device}；{found}',
  'of unknown version': '版本未知',
  '{namespace} on server {version}, which keeps closed runs for {#days} days':
    '{namespace}，服务器版本 {version!}，已结束的运行保留 {days} 天',
  'hone show and list forget runs after that time: temporal operator namespace update --namespace {namespace} --retention 30d':
    '过了这个时间，hone show 和 list 就查不到运行：temporal operator namespace update --namespace {namespace} --retention 30d',
  'missing, or of another type: {names}': '缺少，或类型不同：{names}',
  'Runs go without them. To add them: temporal operator search-attribute create {names}':
    '运行不用它们也能进行。要添加：temporal operator search-attribute create {names}',
  '{queues}; with {#count} stores: {stores}': '{queues}；有 {count} 个存储：{stores}',
  'All workers of a namespace share one store. Stop those of the wrong one (HONE_STORE), or give them it.':
    '一个命名空间的所有 worker 共用一个存储。请停止用错存储的 worker（HONE_STORE），或让它们使用同一个。',
  '{queues}; their store is {store}, not the one that is checked here':
    '{queues}；它们的存储是 {store}，而不是这里检查的存储',
  'Check theirs: hone doctor --store, or HONE_STORE.': '请检查它们的存储：hone doctor --store，或 HONE_STORE。',
  'Runs wait for {queues}. On a machine that serves them: hone worker --queue {names}':
    '运行在等待 {queues}。请在为它们服务的机器上：hone worker --queue {names}',
  '{queues}; build {build}': '{queues}；构建 {build}',
  '{queues}; workflow code of {#count} builds: {builds}': '{queues}；工作流代码有 {count} 个构建：{builds}',
  'During a rolling update this is as it should be for some minutes. Otherwise update the workers left behind.':
    '滚动更新期间有几分钟会这样，属于正常。否则请更新落下的 worker。',
  '{uri}: what is written is not removed': '{uri}：写入的内容没有被去掉',
  '{uri}: what is written is not listed': '{uri}：写入的内容没有列出',
  'docs/storage.md names the permissions: s3:ListBucket of the bucket, s3:DeleteObject of the prefix.':
    'docs/zh/storage.md 写明了权限：存储桶的 s3:ListBucket，前缀的 s3:DeleteObject。',
  '{uri}: its clock and that of this machine differ by {time}': '{uri}：它的时钟与本机相差 {time}',
  'Set this machine’s clock (NTP): times in logs and metrics are wrong, and S3 refuses requests at 15 minutes.':
    '请校准本机的时钟（NTP）：日志和指标中的时间是错的，相差 15 分钟时 S3 会拒绝请求。',
  '{uri} can be read by anybody, without credentials': '任何人不用凭据就能读取 {uri}',
  '{found}; {unversioned} of them belong to no deployment': '{found}；其中 {unversioned} 个不属于任何部署',
  'Temporal gives new runs to the deployment alone. Start all workers with --deployment, or none.':
    'Temporal 只把新的运行交给部署。请让所有 worker 都用 --deployment 启动，或都不用。',
  'Block public access of the bucket, and remove the policy or ACL that grants it.':
    '请阻止对存储桶的公开访问，并去掉准许它的策略或 ACL。',
};
