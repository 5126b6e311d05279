import type { Catalogue } from '../translator.ts';

/** What is wrong with a field of a run input, an entry of a dataset, or a line of a recording. */
export const inputsZh: Catalogue = {
  'run input: {fault}': '运行输入：{fault}',
  'rollback request: {fault}': '退回请求：{fault}',
  'prepared dataset: {fault}': '准备好的数据集：{fault}',
  'and {#count} more': '另有 {count} 处',
  'all: {place}': '全部见 {place}',
  // Hone's own checks
  'give either documents or dataset': '请在 documents 和 dataset 中选一个',
  'there is nothing to approve, as a dataset brings its own questions; leave it out':
    '没有可审批的内容，因为数据集自带问题；请去掉它',
  'there is nothing to approve, as the run publishes under no name; set publish.name, or leave it out':
    '没有可审批的内容，因为运行没有发布名称；请设置 publish.name，或去掉它',
  'is 0, so the hard negatives that mining finds would not be used; set it, or leave mining out':
    '是 0，挖掘到的难负例就不会使用；请设置它，或不使用 mining',
  'a name has up to 63 letters, digits, dots, dashes and underscores': '名字最多 63 个字母、数字、点、连字符和下划线',
  'is needed: the name whose model is retrained': '必须给出：重新训练哪个名字的模型',
  'cannot be retrained on, as retraining compares documents; give documents instead':
    '不能用于重新训练，因为重新训练要比较文档；请改为给出 documents',
  'give the nearer rank first: [10, 50]': '请先写较近的名次：[10, 50]',
  'cannot be combined with adapter, which trains no layer; give one of them':
    '不能与 adapter 同时使用，因为后者不训练任何层；请选一个',
  'cannot be combined with symmetric; give one of them': '不能与 symmetric 同时使用；请选一个',
  'cannot be combined with lora, which freezes the whole model; give one of them':
    '不能与 lora 同时使用，因为后者冻结整个模型；请选一个',
  'cannot be combined with adapter; give one of them': '不能与 adapter 同时使用；请选一个',
  'contains a width twice; give each once': '有一个维数写了两次；请各写一次',
  'has {#length} weights for the {#widths} widths of matryoshka; give one each':
    '有 {length} 个权重，而 matryoshka 有 {widths} 个维数；请各给一个',
  'not the name of a header': '不是请求头的名称',
  '{fields} are set by Hone': '{fields} 由 Hone 自己设置',
  // Datasets
  'the top level: {fault}': '顶层：{fault}',
  'queries is empty': 'queries 为空',
  'corpus is empty': 'corpus 为空',
  'query {id} has no text': '问题 {id} 没有文字',
  'query {id} has no entry in relevant_docs': '问题 {id} 在 relevant_docs 中没有条目',
  'passage {id} has no text': '段落 {id} 没有文字',
  'relevant_docs names query {id}, which is not in queries': 'relevant_docs 中的问题 {id} 不在 queries 中',
  'query {query} has the relevant passage {id}, which is not in corpus': '问题 {query} 的相关段落 {id} 不在 corpus 中',
  'hard_negatives names query {id}, which is not in queries': 'hard_negatives 中的问题 {id} 不在 queries 中',
  'query {query} has the hard negative {id}, which is not in corpus': '问题 {query} 的难负例 {id} 不在 corpus 中',
  'query {query} has {id} both as relevant passage and as hard negative': '问题 {query} 的 {id} 既是相关段落又是难负例',
  // Recordings
  'it is not JSON': '不是 JSON',
  'the line: {fault}': '该行：{fault}',
};
