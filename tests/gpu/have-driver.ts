/*
 * Ends well if the GPU tests can run here: `npm test` asks before it adds them.
 */
import { setup } from './setup.ts';

if (process.platform !== 'linux' && !process.env.HONE_TEST_GPU) {
  console.log('the GPU tests run in software on Linux alone; HONE_TEST_GPU=1 runs them on this machine’s own GPU');
  process.exit(1);
}
await setup().catch((error: Error) => {
  console.log(error.message);
  process.exit(1);
});
