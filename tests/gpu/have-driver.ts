/** Exits with code 0 if the GPU tests can run on this machine: `npm test` runs them only then. */
import { setup } from './setup.ts';

if (process.platform !== 'linux' && !process.env.HONE_TEST_GPU) {
  console.log(
    'The GPU tests run on a software driver only on Linux; HONE_TEST_GPU=1 runs them on the GPU of this machine.',
  );
  process.exit(1);
}
await setup().catch((error: Error) => {
  console.log(error.message);
  process.exit(1);
});
