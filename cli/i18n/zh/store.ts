import type { Catalogue } from '../translator.ts';

/** Errors of the artifact store, on a disk and in buckets. */
export const storeZh: Catalogue = {
  'The artifact {uri} no longer exists.': '制品 {uri} 已不存在。',
  'The artifact {uri} no longer has the bytes it was stored with.': '制品 {uri} 的字节与存入时不同。',
  'Start the run again: the step that makes it will make it again.': '请重新启动运行：产生它的步骤会重新产生它。',
  'The disk that holds {dest} is full.': '{dest} 所在的磁盘已满。',
  'Free some space; nothing stored so far is lost, and the run goes on by itself.':
    '请腾出空间；已保存的内容不会丢失，运行会自行继续。',
  'The store {root} cannot be written.': '无法写入存储 {root}。',
  'Give the worker a folder it may write to (--store, or HONE_STORE).':
    '请给 worker 一个可写的文件夹（--store 或 HONE_STORE）。',
  '{key} cannot be a key in the artifact store.': '{key} 不能作为制品存储中的键。',
  'Use letters, digits, dots, dashes and single slashes.': '请使用字母、数字、点、连字符和单个斜杠。',
  'There is no store driver for {scheme}:// URIs.': '没有支持 {scheme}:// URI 的存储驱动。',
  'Name a folder, a file:// URI, or s3://bucket/prefix.': '请指定文件夹、file:// URI 或 s3://bucket/prefix。',
  '{uri} does not list an entry that it has just accepted.': '{uri} 没有列出刚刚写入的条目。',
  'Try again; a store whose listings lag behind cannot be collected.': '请再试；列表有延迟的存储无法清理。',
  's3://{name}/{key} no longer exists.': 's3://{name}/{key} 已不存在。',
  'Start the run again.': '请重新启动运行。',
  'The service that gives this worker its credentials does not answer ({message}).':
    '向这个 worker 提供凭据的服务没有应答（{message}）。',
  'The bucket {bucket} refuses this worker ({status}).': '存储桶 {bucket} 拒绝这个 worker（{status}）。',
  'There is no bucket {bucket} at this endpoint.': '这个端点上没有存储桶 {bucket}。',
  'The bucket {bucket} is in another region.': '存储桶 {bucket} 在另一个区域。',
  'No region is set for S3.': '没有为 S3 设置区域。',
  'The bucket {bucket} is full ({message}).': '存储桶 {bucket} 已满（{message}）。',
  'The bucket {bucket} refuses a request ({name}: {message}).': '存储桶 {bucket} 拒绝了一个请求（{name}：{message}）。',
  'The bucket {bucket} does not respond as expected ({name}: {message}).':
    '存储桶 {bucket} 的响应不正常（{name}：{message}）。',
  'The bucket {bucket} does not respond as expected ({name} {status}: {message}).':
    '存储桶 {bucket} 的响应不正常（{name} {status}：{message}）。',
  'It is retried automatically; if this lasts, check the metadata or token service of this machine.':
    '会自动重试；如果持续如此，请检查这台机器的元数据服务或令牌服务。',
  'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or AWS_PROFILE), and the bucket policy in docs/storage.md.':
    '请检查 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY（或 AWS_PROFILE），以及 docs/zh/storage.md 中的存储桶策略。',
  'Create it, or check the name and AWS_ENDPOINT_URL_S3.': '请创建它，或检查名字和 AWS_ENDPOINT_URL_S3。',
  'Set AWS_REGION to the region of the bucket.': '请把 AWS_REGION 设为存储桶所在的区域。',
  'Free some space, or raise its quota.': '请腾出空间，或提高它的配额。',
  'See docs/storage.md.': '参见 docs/zh/storage.md。',
  'It is retried automatically; if this lasts, check the network and AWS_ENDPOINT_URL_S3.':
    '会自动重试；如果持续如此，请检查网络和 AWS_ENDPOINT_URL_S3。',
  'The server of the bucket {bucket} does not support conditional writes, so two workers could overwrite each other’s data.':
    '存储桶 {bucket} 的服务器不支持条件写入，两个 worker 可能互相覆盖数据。',
  'Use one that does (AWS S3, Cloudflare R2, MinIO, SeaweedFS or versitygw), or a folder that all workers share.':
    '请使用支持的服务器（AWS S3、Cloudflare R2、MinIO、SeaweedFS 或 versitygw），或所有 worker 共用的文件夹。',
  'There is nothing at {uri}.': '{uri} 处什么都没有。',
  'Check the name, as `hone show` prints it.': '请按 `hone show` 输出的名字检查。',
  '{uri} does not name a bucket.': '{uri} 没有写明存储桶。',
  'Write the store as s3://bucket or s3://bucket/prefix.': '请把存储写成 s3://bucket 或 s3://bucket/prefix。',
  'What the store holds of {name} is corrupt, or of another version of Hone.':
    '存储中 {name} 的内容已损坏，或属于另一个版本的 Hone。',
};
