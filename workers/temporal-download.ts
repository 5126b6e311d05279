/**
 * Runs as a process of its own: has the SDK fetch the Temporal CLI's official release into a folder.
 * The SDK downloads only by starting a server, in the native runtime that a worker can install but once; hence the
 * process. Use: `node temporal-download.js FOLDER`.
 */
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [downloadDir] = process.argv.slice(2);
if (downloadDir === undefined) throw new Error('the folder to download into is missing');
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir } },
});
await environment.teardown();
