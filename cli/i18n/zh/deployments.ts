import type { Catalogue } from '../translator.ts';

/** Versions of workers: `hone deployment` and `hone worker --deployment`. */
export const deploymentsZh: Catalogue = {
  'list the versions of the workers, and change which one new runs begin with':
    '列出 worker 的各个版本，并改变新的运行从哪个版本开始',
  'Versions of workers that were started with --deployment. A run stays with the version that it began with; the workers of a version can go once it is drained.':
    '用 --deployment 启动的 worker 的各个版本。运行始终使用开始时的版本；一个版本排空之后，它的 worker 就可以撤下。',
  'list the versions': '列出各个版本',
  'Lists deployments and their versions, newest first.': '列出各个部署及其版本，最新的在前。',
  'have new runs begin with a version': '使新的运行从某个版本开始',
  'Has new runs begin with a version: by default with the newest one.': '使新的运行从某个版本开始，默认为最新的。',
  'build id of the version': '版本的构建 id',
  'default: the only one that there is': '默认为唯一的那个部署',
  'print a JSON object': '输出一个 JSON 对象',
  'belong to a version of this deployment: a run stays with the version that it began with (docs/workers.md)':
    '属于这个部署的一个版本：运行始终使用开始时的版本（docs/zh/workers.md）',
  'which version this is (default: of the package and its workflows)': '这是哪个版本（默认取自软件包及其工作流）',
  'No worker belongs to a deployment. `hone worker --deployment NAME` starts one that does.':
    '没有 worker 属于任何部署。`hone worker --deployment NAME` 启动一个。',
  'New runs begin with {build}. `hone deployment list` says when earlier versions are drained.':
    '新的运行从 {build} 开始。`hone deployment list` 会显示较早的版本何时排空。',
  ramping: '逐步启用',
  inactive: '未启用',
  draining: '正在排空',
  drained: '已排空',
  'Temporal does not know version {build} of the deployment {name} yet: {reason}.':
    'Temporal 还不知道部署 {name} 的版本 {build}：{reason}。',
  'Temporal does not know version {build} of the deployment {name} yet.':
    'Temporal 还不知道部署 {name} 的版本 {build}。',
  'Make it current: hone deployment promote {build}': '请把它设为当前版本：hone deployment promote {build}',
  'This Temporal server has no worker versioning.': '这台 Temporal 服务器没有 worker 版本管理。',
  'Start the worker without --deployment, or update the server to 1.28 or later.':
    '请不带 --deployment 启动 worker，或把服务器更新到 1.28 或更高版本。',
  'The deployment {name} has no version {build}.': '部署 {name} 没有版本 {build}。',
  'It has {builds}; a version is known once a worker of it runs.':
    '它有 {builds}；一个版本的 worker 运行之后才会被识别。',
  'No worker of this server belongs to a deployment.': '这台服务器的 worker 都不属于任何部署。',
  'Start workers with `hone worker --deployment NAME`.': '请用 `hone worker --deployment NAME` 启动 worker。',
  'There are several deployments.': '有几个部署。',
  'There is no deployment {name}.': '没有部署 {name}。',
  'Name one of {names} with --deployment.': '请用 --deployment 指定其中之一：{names}。',
};
