import type { Catalogue } from '../translator.ts';

/** `hone serve` at its start, and what it answers to clients that prefer Chinese. */
export const serveZh: Catalogue = {
  'answer HTTP requests: runs, models, embeddings': '应答 HTTP 请求：运行、模型、嵌入',
  'Serves runs, models and schedules at /api/v1 and embeddings of published models at /v1/embeddings, as OpenAI’s API does, until it is stopped (SIGTERM, Ctrl-C).':
    '在 /api/v1 提供运行、模型和定时任务，并像 OpenAI 的 API 那样在 /v1/embeddings 提供已发布模型的嵌入，直到被停止（SIGTERM、Ctrl-C）。',
  'Keys, limits and models to load are set in .hone/server.yaml. Without keys it answers to this machine alone.':
    '密钥、限制和要加载的模型在 .hone/server.yaml 中设置。没有密钥时只应答本机。',
  'port of 127.0.0.1, or HOST:PORT (default: `listen` in server.yaml, or 8080)':
    '127.0.0.1 的端口，或 HOST:PORT（默认为 server.yaml 中的 `listen`，或 8080）',
  'answer /metrics (Prometheus), /healthz and /readyz on another port of 127.0.0.1, or HOST:PORT (default: `metrics` in server.yaml)':
    '在 127.0.0.1 的另一个端口或 HOST:PORT 上应答 /metrics（Prometheus）、/healthz 和 /readyz（默认：server.yaml 中的 `metrics`）',
  'print a new key, and the lines for server.yaml that admit it; then exit':
    '输出一个新密钥，以及在 server.yaml 中准许它的几行，然后退出',
  'what the new key may do': '新密钥可以做什么',
  'The key, which is shown only now:': '密钥如下，只在此时显示：',
  'Add to .hone/server.yaml, and start the server again:': '请加到 .hone/server.yaml，并重新启动服务器：',
  '{path} is not valid YAML: {reason}': '{path} 不是有效的 YAML：{reason}',
  'Correct the file.': '请更正该文件。',
  '{path} is invalid: {faults}.': '{path} 无效：{faults}。',
  'Correct the file; see docs/serve.md.': '请更正该文件；参见 docs/zh/serve.md。',
  'Other machines could reach {listen}, and server.yaml has no keys.':
    '其他机器可以访问 {listen}，而 server.yaml 中没有密钥。',
  '`hone serve --new-key NAME --role admin` makes one; or listen on 127.0.0.1.':
    '`hone serve --new-key NAME --role admin` 生成一个；或只监听 127.0.0.1。',
  'The keys of {issuer} cannot be read: {reason}.': '无法读取 {issuer} 的密钥：{reason}。',
  'Check oidc.issuer in server.yaml, and that the provider answers.':
    '请检查 server.yaml 中的 oidc.issuer，以及提供方是否应答。',
  'There is no {method} {path}.': '没有 {method} {path}。',
  '/api/openapi.json lists all requests.': '/api/openapi.json 列出所有请求。',
  '/api/openapi.json describes the request.': '/api/openapi.json 描述了这个请求。',
  'The request is invalid: {faults}.': '请求无效：{faults}。',
  'The body is larger than {#size} KiB.': '请求正文大于 {size} KiB。',
  'Send it in several requests.': '请分成几个请求发送。',
  'No key or token of server.yaml is of the tenant {tenant}.': 'server.yaml 中没有租户 {tenant} 的密钥或令牌。',
  'Correct embeddings.models in server.yaml.': '请更正 server.yaml 中的 embeddings.models。',
  'The server failed.': '服务器出错。',
  'Its log tells why.': '原因见其日志。',
  'The request has no valid key.': '请求没有有效的密钥。',
  'Send `Authorization: Bearer KEY`, with a key of this server or a token of its OpenID provider.':
    '请发送 `Authorization: Bearer KEY`，使用本服务器的密钥或其 OpenID 提供方的令牌。',
  'Without keys, this server answers only to programs on its own machine.': '没有密钥时，本服务器只应答本机上的程序。',
  'Set keys in server.yaml; see docs/serve.md.': '请在 server.yaml 中设置密钥；参见 docs/zh/serve.md。',
  '{name} has the role {role}; this needs {needed}.': '{name} 的角色是 {role}；这需要 {needed}。',
  'Ask whoever runs the server for another key.': '请向服务器的管理者要另一个密钥。',
  'More than {#count} requests a minute.': '每分钟的请求超过 {count} 个。',
  'Try again in {#seconds} s, or have limits in server.yaml raised.':
    '请在 {seconds} 秒后重试，或请人提高 server.yaml 中的限制。',
  '{#count} texts wait to be embedded.': '有 {count} 条文本在等待嵌入。',
  'Try again in a second, or add servers.': '请稍后重试，或增加服务器。',
  'input has {#count} texts.': 'input 有 {count} 条文本。',
  'Send at most {#count} in a request.': '一个请求最多发送 {count} 条。',
  'dimensions is {#dimensions}; the model has {#dimension}.': 'dimensions 为 {dimensions}；模型只有 {dimension} 维。',
  'Ask for fewer.': '请减少维数。',
  'The run input is not valid YAML: {reason}': '运行输入不是有效的 YAML：{reason}',
  'Correct the text.': '请更正文本。',
  'The run input has no fields.': '运行输入没有字段。',
  'Write fields as in run.yaml: `documents: [docs]`.': '请像在 run.yaml 中那样写字段：`documents: [docs]`。',
  'The run {run} has no report.': '运行 {run} 没有报告。',
  'A run has one when it is done.': '运行完成后才有报告。',
  'The run {run} has not ended.': '运行 {run} 还没有结束。',
  '{id} is an estimate, not a run.': '{id} 是估算，不是运行。',
  'Read it: GET …/estimates/{id}': '读取它：GET …/estimates/{id}',
  'Follow it: GET …/runs/{run}/events': '请跟踪它：GET …/runs/{run}/events',
};
