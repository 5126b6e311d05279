import type { Catalogue } from '../translator.ts';

/** Signatures of models. */
export const signatureZh: Catalogue = {
  'check the signature of a model': '检查模型的签名',
  'Checks that a model was signed with one of the keys, and that its files are those that were signed and no others. Models are signed in the format of OpenSSF Model Signing (model.sig) by workers that have signingKey in worker.yaml.':
    '检查模型是否由其中一个密钥签名，以及它的文件是否正是签名时的文件，没有多余的。模型由 worker.yaml 中有 signingKey 的 worker 以 OpenSSF Model Signing 的格式（model.sig）签名。',
  'a published name (its current version), NAME@VERSION, a folder, or what `hone model pull` takes':
    '已发布的名称（其当前版本）、NAME@VERSION、文件夹，或 `hone model pull` 接受的名字',
  'public keys that are trusted, in PEM': '受信任的公钥，PEM 格式',
  '{model} is signed as {name}, and its {#count} files are unchanged.':
    '{model} 以 {name} 之名签名，它的 {count} 个文件没有改动。',
  'Make a pair by: openssl ecparam -name prime256v1 -genkey -noout -out release.key; openssl ec -in release.key -pubout -out release.pub':
    '生成一对密钥：openssl ecparam -name prime256v1 -genkey -noout -out release.key; openssl ec -in release.key -pubout -out release.pub',
  'The {kind} key {path} cannot be read: {reason}.': '无法读取{kind!} {path}：{reason}。',
  '{path} is not a {kind} key on the curve P-256, P-384 or P-521 in PEM: {reason}.':
    '{path} 不是 P-256、P-384 或 P-521 曲线的 PEM {kind!}：{reason}。',
  private: '私钥',
  public: '公钥',
  'The signature of {model} is not one that OpenSSF Model Signing makes with a key.':
    '{model} 的签名不是 OpenSSF Model Signing 用密钥做出的签名。',
  'The signature of {model} is not that of its content.': '{model} 的签名与它的内容不符。',
  'The signature of {model} was made with a key that is not trusted.': '{model} 的签名出自不受信任的密钥。',
  'The signature of {model} is about something else than the files of a model.':
    '{model} 的签名所针对的不是模型的文件。',
  'Do not use the model until it is known who changed it.': '在弄清是谁改动了它之前，请不要使用该模型。',
  'The files of {model} are not those that were signed.': '{model} 的文件不是签名时的文件。',
  'changed: {path}': '已更改：{path}',
  'missing: {path}': '缺少：{path}',
  'not signed: {path}': '未签名：{path}',
  'Give the folder of a model.': '请给出模型的文件夹。',
  '{model} is not signed.': '{model} 没有签名。',
  'Publish it again by a worker that has signingKey in worker.yaml, or do not use it.':
    '请由 worker.yaml 中有 signingKey 的 worker 重新发布，或不要使用它。',
  'The signature of {model} is that of a model which was published as {name}.':
    '{model} 的签名属于以 {name} 发布的模型。',
};
