import type { Catalogue } from '../translator.ts';

/** Experiment trackers. */
export const trackingZh: Catalogue = {
  'MLflow at {url} does not answer: {reason}.': '{url} 上的 MLflow 没有应答：{reason}。',
  'Check MLFLOW_TRACKING_URI where the worker runs.': '请检查 worker 所在之处的 MLFLOW_TRACKING_URI。',
  'MLflow at {url} answers {status}: {text}': '{url} 上的 MLflow 应答 {status}：{text}',
  'Check MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and _PASSWORD.':
    '请检查 MLFLOW_TRACKING_TOKEN，或 MLFLOW_TRACKING_USERNAME 和 MLFLOW_TRACKING_PASSWORD。',
  'Check MLFLOW_TRACKING_URI, and that it is an MLflow server of version 2 or later.':
    '请检查 MLFLOW_TRACKING_URI，并确认它是 2 或更高版本的 MLflow 服务器。',
  'MLFLOW_TRACKING_URI is "{url}".': 'MLFLOW_TRACKING_URI 是“{url}”。',
  'Set it to the address of an MLflow server, http://HOST:5000, or unset it.':
    '请把它设为 MLflow 服务器的地址 http://HOST:5000，或不要设置它。',
  'not tracked: {message}': '没有被跟踪：{message}',
};
