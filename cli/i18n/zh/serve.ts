import type { Catalogue } from '../translator.ts';

/** `hone serve` at its start; what it answers over HTTP is in English. */
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
};
