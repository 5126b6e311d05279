import type { Catalogue } from '../translator.ts';

/** Errors of runs and releases, and why a run is on hold. */
export const runsZh: Catalogue = {
  '{#count} of {#total} chunks got no usable question, more than the {value} % allowed: {value2}.':
    '{total} 个段落中有 {count} 个没有得到可用的问题，超过允许的 {value} %：{value2}。',
  'Try another model or prompt, or allow more with questions.maxFailedShare; what was answered is kept.':
    '请换一个模型或提示词，或用 questions.maxFailedShare 允许更多；已得到的回答会保留。',
  'Nothing is published under the name {name}.': '没有以 {name} 为名发布的模型。',
  '`hone models` lists the published names; `hone run --publish NAME` publishes a model.':
    '`hone models` 列出已发布的名字；`hone run --publish NAME` 发布模型。',
  '{name} v{target} is the current version already.': '{name} v{target} 已经是当前版本。',
  '`hone models {name}` lists its versions.': '`hone models {name}` 列出它的各个版本。',
  'There is no version of {name} before v{current} to go back to.': '{name} 在 v{current} 之前没有可以退回的版本。',
  '`hone models {name}` lists its versions. Name one with --to.':
    '`hone models {name}` 列出它的各个版本。请用 --to 指定一个。',
  'There is no {name} v{version}.': '没有 {name} v{version}。',
  'The current version of {name} was changed by somebody else: it is v{current} now. Nothing was rolled back.':
    '{name} 的当前版本已被别人改变：现在是 v{current}。没有退回任何版本。',
  'Check `hone models {name}`, then decide again.': '请查看 `hone models {name}`，再作决定。',
  'The model gave no unit vector of {#dimension} numbers for “{value}”.':
    '模型没有为“{value}”给出 {dimension} 维的单位向量。',
  'Its weights may have diverged: train with a lower learning rate, or check the model’s files.':
    '它的权重可能已经发散：请用较低的学习率训练，或检查模型的文件。',
  'The run input has one error: {value}.': '运行输入有一处错误：{value}。',
  'The run input has {#length} errors: {value}.': '运行输入有 {length} 处错误：{value}。',
  'The rollback request has one error: {value}.': '退回请求有一处错误：{value}。',
  'The rollback request has {#length} errors: {value}.': '退回请求有 {length} 处错误：{value}。',
  'The prepared dataset has one error: {value}.': '准备好的数据集有一处错误：{value}。',
  'The prepared dataset has {#length} errors: {value}.': '准备好的数据集有 {length} 处错误：{value}。',
  '`hone schema` prints the schema of a run input.': '`hone schema` 输出运行输入的 schema。',
  '`hone schema --retrain` prints the schema of a run input for a retraining.':
    '`hone schema --retrain` 输出重新训练的运行输入的 schema。',
  'Give the published name and, if needed, `to`, `expected`, `by` and `reason` (docs/retrain.md).':
    '请给出发布的名字，需要时再给出 `to`、`expected`、`by` 和 `reason`（docs/zh/retrain.md）。',
  'Start the run without it, or with what the stages of another run returned.':
    '启动运行时请不要带上它，或用另一次运行的各阶段返回的内容。',
  'The files of the model {name} have changed since the run began.': '模型 {name} 的文件在运行开始之后发生了变化。',
  'Start a new run to use the changed model.': '请启动新的运行来使用变化后的模型。',
  'The profile "{name}" of this worker has no key: {name2} is not set.':
    '这个 worker 的配置档“{name}”没有密钥：未设置 {name2}。',
  "Set {name} in the worker's environment, and restart the worker.":
    '请在 worker 的环境中设置 {name}，然后重新启动 worker。',
  'This worker has no profile called "{name}".': '这个 worker 没有名为“{name}”的配置档。',
  'Set OPENAI_API_KEY on the worker, or OPENAI_BASE_URL for a local server.':
    '请在 worker 上设置 OPENAI_API_KEY，本地服务器则设置 OPENAI_BASE_URL。',
  "Add it under profiles in the worker's worker.yaml, or use one of: {value}.":
    '请把它加到 worker 的 worker.yaml 的 profiles 中，或使用下列之一：{value}。',
  "Add it under profiles in the worker's worker.yaml, or use one of: none yet.":
    '请把它加到 worker 的 worker.yaml 的 profiles 中；目前还没有任何配置档。',
  'Memory ran out in a step that computes.': '一个计算步骤用完了内存。',
  'The endpoint of profile "{profile}" has answered nothing for {#round} minutes. At last, {reason}.':
    '配置档“{profile}”的端点 {round} 分钟没有给出任何回答。最后的情况：{reason}。',
  'Check that it is up and that the profile names it rightly, then start the run again: what was answered is kept.':
    '请检查它是否在运行，以及配置档是否正确指向它，然后重新启动运行：已得到的回答会保留。',
  'Run {workflowId} was given an invalid approval.': '给运行 {workflowId} 的审批无效。',
  'Run {workflowId} is not paused.': '运行 {workflowId} 没有暂停。',
  'Run {workflowId} does not wait for approval{value}.': '运行 {workflowId} 没有在等待审批{value}。',
  'Give {}, or {"reject": "the reason"}.': '请给出 {} 或 {"reject": "原因"}。',
  '`hone show` shows its state.': '`hone show` 显示它的状态。',
  'The questions were rejected: {reason}': '问题未通过审批：{reason}',
  'Change the prompt, the model or the documents, and start the run again: unchanged steps are not paid for again.':
    '请修改提示词、模型或文档，再重新启动运行：没有变化的步骤不会重复付费。',
  'Pausing: the current step stops at its next safe point.': '正在暂停：当前步骤会在下一个安全点停下。',
  'Paused. To continue: hone resume {workflowId}': '已暂停。要继续：hone resume {workflowId}',
  'Waiting for approval of the {gate} ({note}): hone approve {workflowId} · to see them: hone show {workflowId2} --questions':
    '等待对{gate!}的审批（{note}）：hone approve {workflowId} · 查看问题：hone show {workflowId2} --questions',
  'Waiting for approval of the {gate} ({note}): hone approve {workflowId}':
    '等待对{gate!}的审批（{note}）：hone approve {workflowId}',
  'Waiting for approval of the {gate}: hone approve {workflowId} · to see them: hone show {workflowId2} --questions':
    '等待对{gate!}的审批：hone approve {workflowId} · 查看问题：hone show {workflowId2} --questions',
  'Waiting for approval of the {gate}: hone approve {workflowId}': '等待对{gate!}的审批：hone approve {workflowId}',
};
