import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/*
 * Loaded into a worker (`node --import`): once the file in HONE_LOOP_FILE exists, writes into it every half second for
 * how long the event loop was held. The processes and threads that the worker starts are not measured.
 */

const { HONE_LOOP_FILE: file } = process.env;
if (file && isMainThread && process.argv[2] === 'worker') {
  const histogram = monitorEventLoopDelay({ resolution: 10 });
  setInterval(() => {
    if (!existsSync(file)) return;
    if (histogram.enable()) return;
    const ms = (nanoseconds: number) => nanoseconds / 1e6;
    const delay = { p50: ms(histogram.percentile(50)), p99: ms(histogram.percentile(99)), max: ms(histogram.max) };
    writeFileSync(`${file}.new`, JSON.stringify({ ...delay, count: histogram.count }));
    renameSync(`${file}.new`, file);
  }, 500).unref();
}
