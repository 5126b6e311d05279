import { en } from '../../../core/report/i18n/words-en.ts';
import { zh } from '../../../core/report/i18n/words-zh.ts';
import type { Catalogue } from '../translator.ts';

/** Headings, labels and other single words. */
export const wordsZh: Catalogue = {
  // Headings of tables
  document: '文档',
  type: '类型',
  language: '语言',
  sections: '章节',
  kept: '保留',
  run: '运行',
  state: '状态',
  started: '开始',
  took: '用时',
  title: '标题',
  file: '文件',
  size: '大小',
  schedule: '定时任务',
  publishes: '发布名称',
  when: '时间',
  next: '下一次',
  last: '上一次',
  // Labels
  prompts: '提示词',
  answers: '回答',
  price: '价格',
  asking: '提问',
  training: '训练',
  validation: '验证',
  trials: '试训',
  memory: '内存',
  evaluation: '评估',
  'Recipe  {recipe}': '配方    {recipe}',
  'Cost    {cost}': '费用    {cost}',
  'Report  {place}': '报告    {place}',
  'Model   {place}': '模型    {place}',
  'Again   {command}': '再看    {command}',
  'Why     {place}': '原因    {place}',
  'Store   {uri}': '存储    {uri}',
  'Stays   {#count} objects, {size}': '保留    {count} 个对象，{size}',
  'Deleted {size}': '已删除  {size}',
  'Goes    {size}': '可清理  {size}',
  'Continue  {command}': '继续    {command}',
  'Follow    {command}': '跟踪    {command}',
  'Details: {command}': '详情：{command}',
  'Next    {times}': '下一次  {times}',
  'Policy  {policies}': '策略    {policies}',
  'Started: {id}': '已启动：{id}',
  'Already running: {id}': '已在运行：{id}',
  'Promoted {name} v{#version}.': '已发布 {name} v{version}。',
  'Published {name} v{#version}': '已发布 {name} v{version}',
  Paused: '已暂停',
  'Paused: {note}': '已暂停：{note}',
  'paused: {note}': '已暂停：{note}',
  Starting: '正在启动',
  '- {detail}': '- {detail}',
  '{id}, started {time}': '{id}，启动于 {time}',
  // Checks of the doctor
  ok: '正常',
  warn: '注意',
  fail: '失败',
  disk: '磁盘',
  store: '存储',
  models: '模型',
  '{backends}; {#count} cores': '{backends}；{count} 个核心',
  '{provider}: none ({reason})': '{provider}：无（{reason}）',
  '{provider}: works, {name}': '{provider}：可用，{name}',
  '{name} ({host}): {#count} models': '{name}（{host}）：{count} 个模型',
  '{place}, started by Hone in {time}': '{place}，由 Hone 启动，用时 {time}',
  '{place}, answered in {time}': '{place}，应答用时 {time}',
  // The garbage collector
  step: '步骤',
  checkpoints: '检查点',
  vectors: '向量',
  // Schedules
  "at '{cron}' ({timezone})": "按 '{cron}'（{timezone}）",
  'every {#time}': '每 {time}',
  '{name} retrains {publishes} {when}': '{name} {when}重新训练 {publishes}',
  '{name} retrains {publishes} {when}; paused': '{name} {when}重新训练 {publishes}；已暂停',
  '{name} retrains {publishes} {when}; next {time}': '{name} {when}重新训练 {publishes}；下一次 {time}',
  'overlap {policy}, catch-up {time}': '重叠 {policy}，补做 {time}',
  'overlap {policy}, catch-up {time}, jitter {jitter}': '重叠 {policy}，补做 {time}，随机推迟 {jitter}',
  'Skipped {#count}, as a retraining was still running': '跳过 {count} 次启动：一次重新训练还在进行',
  'Missed  {#count}, as Temporal was down for longer than the catch-up':
    '错过 {count} 次启动：Temporal 停机的时间超过补做时间',
  // Published models
  'run {id}': '运行 {id}',
  'by {person}': '操作者 {person}',
  '{#points} points over {other}': '与{other!}相比 {points} 个百分点',
  'v{#version} promoted': '发布 v{version}',
  'rolled back from v{from} to v{to}': '从 v{from} 退回 v{to}',
  'moved from v{from} to v{to}': '从 v{from} 改为 v{to}',
  '{model} on all': '{model}，全部',
  '{model} on new passages': '{model}，新段落',
  '{#count} questions': '{count} 个问题',
  // Documents that were read
  '{#count} section{s}': '{count} 个章节',
  '{#count} chunk{s}': '{count} 个段落',
  '{#count} document{s}': '{count} 篇文档',
  '{#count} duplicate{s} left out': '去除重复 {count} 段',
  '{#count} file{s} not read: {reasons}': '{count} 个文件没有读取：{reasons}',
  '{#count} tokens': '{count} 个 token',
  'median {#median}': '中位数 {median}',
  'longest {#longest} tokens of {model}': '最长 {longest} 个 token（按 {model}）',
  '{kept}\u202f% kept': '保留 {kept}%',
  '{what} “{sample}”': '{what!}“{sample}”',
  ...Object.fromEntries(pairs(en.omission, zh.omission)),
  ...Object.fromEntries(pairs(en.doubt, zh.doubt)),
  // Results
  'On {#queries} questions over {#passages} passages (95 % intervals in brackets)':
    '{passages} 个段落上的 {queries} 个问题（方括号内为 95% 置信区间）',
  'On {#queries} questions over {#passages} passages of {dataset} (95 % intervals in brackets)':
    '{dataset} 的 {passages} 个段落上的 {queries} 个问题（方括号内为 95% 置信区间）',
  'Tuned is neither better nor worse than base in {metric} (95 % CI {interval})':
    '微调模型与基础模型的{metric!}相同（95% 置信区间 {interval}）',
  'Tuned is better than base by {#points} points in {metric} (95 % CI {interval})':
    '微调模型的{metric!}比基础模型高 {points} 个百分点（95% 置信区间 {interval}）',
  'Tuned is worse than base by {#points} points in {metric} (95 % CI {interval})':
    '微调模型的{metric!}比基础模型低 {points} 个百分点（95% 置信区间 {interval}）',
  '{#low} to {#high}': '{low} 至 {high}',
  '{#low} to {#high}; {few}': '{low} 至 {high}；{few}',
  'learning rate {#rate} and {#share} % of the tuned weights': '学习率 {rate}，微调权重占 {share}%',
  'learning rate {#rate} and {#share} % of the tuned weights, the best of {#count} on held-out training questions':
    '学习率 {rate}，微调权重占 {share}%，在留出的训练问题上是 {count} 种中最好的',
  'learning rate {#rate}, the best of {#count} on held-out training questions':
    '学习率 {rate}，在留出的训练问题上是 {count} 种中最好的',
  'the base model is better than all that was tried': '基础模型优于所有试训',
  // Estimates
  '{#count} to {model}, {#each} question{s} each': '向 {model} 发送 {count} 个，每个 {each} 个问题',
  '{#count} tokens, {how}': '{count} 个 token，{how}',
  'about {#count} tokens ({bounds}), {basis}': '约 {count} 个 token（{bounds}），{basis!}',
  'about {price} ({bounds})': '约 {price}（{bounds}）',
  'about {#time}': '约 {time}',
  assumed: '假定',
  'from {#count} answers in the ledger': '依据账本中的 {count} 个回答',
  '{#trials} before it, to choose learning rate and merge': '之前先做 {trials} 次，以选择学习率和合并比例',
  'The worker has no profile "{profile}", so price and time are unknown. Set OPENAI_API_KEY, or OPENAI_BASE_URL for a local server.':
    'worker 没有配置档“{profile}”，因此价格和时间未知。请设置 OPENAI_API_KEY，本地服务器则设置 OPENAI_BASE_URL。',
  'The worker has no profile "{profile}", so price and time are unknown. Add it under profiles in worker.yaml.':
    'worker 没有配置档“{profile}”，因此价格和时间未知。请把它加到 worker.yaml 的 profiles 中。',
  // Endings of runs
  '{run} has ended already: {state}.': '{run} 已经结束：{state!}。',
  '{run} has been asked to stop, and stops as soon as a worker is available.':
    '已请求 {run} 停止；有 worker 可用时它就停止。',
  '{run} is cancelled. Its finished work is kept.': '{run} 已取消。已完成的工作会保留。',
  '{run} had ended before it could be cancelled: {state}.': '{run} 在取消之前已经结束：{state!}。',
  // A name, and what is said of it
  '{name}: {text}': '{name}：{text}',
  'memory in worker.yaml': 'worker.yaml 中的 memory',
  // Processes
  'The training process': '训练进程',
  'The embedding process': '嵌入计算进程',
};

function pairs<K extends string>(english: Record<K, string>, chinese: Record<K, string>): [string, string][] {
  return (Object.keys(english) as K[]).map((key) => [english[key], chinese[key]]);
}
