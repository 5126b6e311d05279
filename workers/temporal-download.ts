/**
 * Downloads the official release of the Temporal CLI into a folder: `node temporal-download.js FOLDER`.
 * The SDK can only download it by starting a server, which installs the native runtime. A process can install that
 * runtime once, and its worker needs it with other options; so the download runs in a process of its own.
 */
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [downloadDir] = process.argv.slice(2);
if (downloadDir === undefined) throw new Error('usage: node temporal-download.js FOLDER');
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir } },
});
await environment.teardown();
