import type { Catalogue } from '../translator.ts';

/** Keys of the payload codec, `hone codec-server`, and what `hone doctor` says of them. */
export const codecZh: Catalogue = {
  'HONE_CODEC_KEYS and HONE_CODEC_KEYS_FILE are both set.': 'HONE_CODEC_KEYS 和 HONE_CODEC_KEYS_FILE 都设置了。',
  'Unset one of them.': '请取消其中一个。',
  'Correct the path, or its permissions.': '请改正路径或其权限。',
  'HONE_CODEC_KEYS_FILE cannot be read: {reason}.': '无法读取 HONE_CODEC_KEYS_FILE：{reason}。',
  'Entry {entry} of {source} is no key of the payload codec.': '{source} 的第 {entry} 项不是编解码密钥。',
  'Give id:key, the key as base64 of 32 bytes, such as from `openssl rand -base64 32`.':
    '请写成 id:密钥，密钥是 32 字节的 base64，例如由 `openssl rand -base64 32` 生成。',
  'Entry {entry} of {source}, {id}, has {bytes} bytes instead of {wanted}.':
    '{source} 的第 {entry} 项 {id} 有 {bytes} 字节，应为 {wanted} 字节。',
  'Entry {entry} of {source}: there are two keys {id}.': '{source} 的第 {entry} 项：有两个密钥叫 {id}。',
  'Give each key an id of its own.': '请给每个密钥各自的 id。',
  '{source} holds no key.': '{source} 中没有密钥。',
  'Data in Temporal is encrypted with the key {id}, which is not here (here: {have}).':
    'Temporal 中的数据用密钥 {id} 加密，这里没有它（这里有：{have}）。',
  'Add the key {id} to HONE_CODEC_KEYS or its file, on every client and worker, and start again.':
    '请在每个客户端和 worker 的 HONE_CODEC_KEYS 或其文件中加入密钥 {id}，再重新启动。',
  'Data in Temporal is encrypted with another key than the one that is called {id} here.':
    'Temporal 中的数据所用的密钥与这里名为 {id} 的不同。',
  'Give the key {id} the same value on every client and worker: `hone doctor` shows their fingerprints.':
    '请让密钥 {id} 在每个客户端和 worker 上相同：`hone doctor` 会显示它们的指纹。',
  'Data in Temporal that was encrypted with the key {id} was changed or cut off.':
    'Temporal 中用密钥 {id} 加密的数据被改动或截断了。',
  'Start the run again: its finished work is reused. Find out who may write to the Temporal namespace.':
    '请重新启动运行：已完成的工作会被复用。请查明谁可以写入这个 Temporal 命名空间。',
  'On {listen}, other machines could have every payload decrypted.': '在 {listen} 上，其他机器可以让它解密任何数据。',
  'Set HONE_CODEC_TOKEN to a secret that callers must send, or listen on 127.0.0.1.':
    '请把 HONE_CODEC_TOKEN 设为调用者必须发送的机密，或者只监听 127.0.0.1。',
  'There is no codec key.': '没有编解码密钥。',
  'Set HONE_CODEC_KEYS_FILE to those of the workers.': '请把 HONE_CODEC_KEYS_FILE 设为 worker 所用的密钥。',
  'Codec server on {url}, keys {keys}': '编解码服务器在 {url}，密钥 {keys}',
  'decrypt payloads for Temporal’s web UI and CLI': '为 Temporal 的网页和命令行解密数据',
  'Answers /decode and /encode with the keys in HONE_CODEC_KEYS or HONE_CODEC_KEYS_FILE until it is stopped (SIGTERM, Ctrl-C).':
    '用 HONE_CODEC_KEYS 或 HONE_CODEC_KEYS_FILE 中的密钥应答 /decode 和 /encode，直到被停止（SIGTERM、Ctrl-C）。',
  'Callers must send HONE_CODEC_TOKEN, if it is set, as `authorization: Bearer TOKEN`.':
    '如果设置了 HONE_CODEC_TOKEN，调用者必须以 `authorization: Bearer TOKEN` 发送它。',
  'port of 127.0.0.1, or HOST:PORT': '127.0.0.1 的端口，或 HOST:PORT',
  'web UIs whose pages may ask': '可以请求的网页的来源',
  'this client encrypts with {id} ({fingerprint}), which {worker} does not have':
    '这个客户端用 {id}（{fingerprint}）加密，而 {worker} 没有它',
  'Give all workers this key (HONE_CODEC_KEYS or HONE_CODEC_KEYS_FILE), and start them again.':
    '请给所有 worker 这个密钥（HONE_CODEC_KEYS 或 HONE_CODEC_KEYS_FILE），再重新启动它们。',
  '{worker} encrypts with a key of the fingerprint {theirs}, which is not here (here: {here})':
    '{worker} 用指纹为 {theirs} 的密钥加密，这里没有它（这里有：{here}）',
  'Set HONE_CODEC_KEYS or HONE_CODEC_KEYS_FILE as on the workers.':
    '请像 worker 上那样设置 HONE_CODEC_KEYS 或 HONE_CODEC_KEYS_FILE。',
  'off: what runs hand to Temporal is plain there (docs/security.md)':
    '关闭：运行交给 Temporal 的数据没有加密（docs/security.md）',
  'on, keys {here}; {count} queue pollers agree': '开启，密钥 {here}；{count} 个队列轮询者一致',
  '; {count} queue pollers agree': '；{count} 个队列轮询者一致',
  'on, keys {here}': '开启，密钥 {here}',
};
