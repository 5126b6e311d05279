import type { Catalogue } from '../translator.ts';

/** Errors and notices of the client. */
export const clientZh: Catalogue = {
  'Run {workflowId} was cancelled.': '运行 {workflowId} 已取消。',
  'Start it again: its finished work is reused.': '请重新启动：已完成的工作会复用。',
  'Run {workflowId} was terminated.': '运行 {workflowId} 已被强制终止。',
  'Run {workflowId} timed out.': '运行 {workflowId} 已超时。',
  'Run {workflowId} failed unexpectedly: {message}': '运行 {workflowId} 意外失败：{message}',
  'The stack trace is in the history of the run; if the error persists, please report it.':
    '堆栈在运行的历史中；如果错误一再出现，请报告。',
  'No Temporal server answers at {server}.': '{server} 上没有 Temporal 服务器应答。',
  'Try again.': '请再试。',
  'There is no run {idOrName}.': '没有运行 {idOrName}。',
  '`hone list` lists the runs.': '`hone list` 列出各次运行。',
  'Data in Temporal is written by another program, as {shown}.': 'Temporal 中的数据由另一个程序以 {shown} 写入。',
  'Read it with the program that wrote it.': '请用写入它的程序读取。',
  'No worker answered within {seconds} s.': '{seconds} 秒内没有 worker 应答。',
  'Only workers can read the model registry: start `hone worker`.':
    '只有 worker 能读取模型登记册：请启动 `hone worker`。',
  'The history of {workflowId} is written as {encoding}, so nobody can tell which objects the run needs.':
    '{workflowId} 的历史以 {encoding} 编码，因此无法知道该运行需要哪些对象。',
  'Collect while no run is open, or leave the store as it is.': '请在没有未结束的运行时清理，或保持存储不变。',
  'No worker has answered for run {workflowId}.': '没有 worker 为运行 {workflowId} 应答。',
  'Start `hone worker`, then approve again.': '请启动 `hone worker`，然后重新审批。',
  'Run {workflowId} has ended already: {state}.': '运行 {workflowId} 已经结束：{state!}。',
  'Start it again with `hone run`.': '请用 `hone run` 重新启动。',
  'A schedule needs either an interval or a cron expression.': '定时任务需要间隔或 cron 表达式。',
  'Give one of them, not both.': '请给出其中之一，不要两者都给。',
  'A time zone applies only to a cron expression.': '时区只适用于 cron 表达式。',
  'Leave it out, or give a cron expression.': '请去掉它，或给出 cron 表达式。',
  'Temporal refuses the times of the schedule: {message}.': 'Temporal 拒绝定时任务的时间：{message}。',
  "Give a cron expression such as '0 3 * * *', and a time zone such as Europe/Berlin.":
    "请给出 '0 3 * * *' 这样的 cron 表达式和 Asia/Shanghai 这样的时区。",
  'Temporal at {server} has not reacted to the trigger of schedule {name} yet.':
    '{server} 上的 Temporal 还没有对定时任务 {name} 的触发作出反应。',
  '`hone schedule show {name}` shows whether it does later.': '`hone schedule show {name}` 会显示它之后有没有反应。',
  'There is a schedule {name} already.': '已经有定时任务 {name}。',
  'Choose another name, or delete it first: hone schedule delete {name}':
    '请换一个名字，或先删除它：hone schedule delete {name}',
  'There is no schedule {name}.': '没有定时任务 {name}。',
  '`hone schedule list` lists the schedules.': '`hone schedule list` 列出定时任务。',
  'Schedule {name} starts the workflow {workflowType}, not a retraining.':
    '定时任务 {name} 启动的是工作流 {workflowType}，而不是重新训练。',
  '`hone schedule list` lists the schedules of retrainings.': '`hone schedule list` 列出重新训练的定时任务。',
  'Schedule {name} retrains {publishes}, not {wanted}.': '定时任务 {name} 重新训练的是 {publishes}，而不是 {wanted}。',
  'Create one for {wanted}: hone schedule create {wanted2} …':
    '请为 {wanted} 创建一个：hone schedule create {wanted2} …',
  'There is no run {workflowId}.': '没有运行 {workflowId}。',
  'There is no such run.': '没有这样的运行。',
  'Temporal at {server} has no namespace {namespace}.': '{server} 上的 Temporal 没有命名空间 {namespace}。',
  'Create it, or correct TEMPORAL_NAMESPACE.': '请创建它，或更正 TEMPORAL_NAMESPACE。',
  'Temporal at {server} refuses the credentials: {reason}.': '{server} 上的 Temporal 拒绝凭据：{reason}。',
  'Check TEMPORAL_API_KEY or the certificates, and the namespace.': '请检查 TEMPORAL_API_KEY 或证书，以及命名空间。',
  'Temporal at {server} says: {reason}.': '{server} 上的 Temporal 答复：{reason}。',
  'Temporal at {server} refuses the request: {reason}.': '{server} 上的 Temporal 拒绝请求：{reason}。',
  'Correct what the message names.': '请更正消息中指出的内容。',
  'Temporal at {server} failed: {reason}.': '{server} 上的 Temporal 出错：{reason}。',
  'Start it, or check TEMPORAL_ADDRESS. If that is not set, Hone starts its own server.':
    '请启动它，或检查 TEMPORAL_ADDRESS。如果没有设置它，Hone 会启动自己的服务器。',
  'The Temporal profile cannot be read: {reason}.': '无法读取 Temporal 的 profile：{reason}。',
  'Correct the file that TEMPORAL_CONFIG_FILE or TEMPORAL_PROFILE names, or unset them.':
    '请更正 TEMPORAL_CONFIG_FILE 或 TEMPORAL_PROFILE 所指的文件，或取消设置。',
  'Another request is already running with the id {workflowId}.': '已有另一个请求以 id {workflowId} 在运行。',
  'Choose another id, wait until it has ended, or cancel it.': '请换一个 id，等它结束，或取消它。',
  '{message} Trying again.': '{message}正在重试。',
  'No worker polls task queue {queue}.': '没有 worker 在轮询任务队列 {queue}。',
  '{name} waits for a free worker.': '{name!}在等空闲的 worker。',
  'estimate of {name}': '{name} 的估算',
  'Requested; it takes effect as soon as a worker runs.': '已提出请求；有 worker 运行时即生效。',
  'Requested; the current step is stopping.': '已提出请求；当前步骤正在停下。',
  '{id} begins as the ids of another tenant do.': '{id} 的开头与另一个租户的 ID 相同。',
  'Choose an id that does not begin with `hone.` and a further dot.': '请选择不以 `hone.` 加另一个点开头的 ID。',
};
