import { Fault } from '../../core/contracts/fault.ts';
import {
  cudaFolder,
  findCudaLibraries,
  lackOfCuda,
  PROVIDER,
  RUNTIME_VERSION,
} from '../../core/devices/cuda-libraries.ts';
import { installProvider, isProviderIntact } from '../../core/devices/install-cuda.ts';
import { t } from '../i18n/translate.ts';
import { EXIT } from '../output/failure.ts';
import type { Io } from '../runtime/io.ts';

/** `hone doctor --fix cuda`: installs the CUDA provider, and says which CUDA libraries are still missing. */
export async function fixCuda({ out, err }: Io, env = process.env): Promise<number> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Fault(
      'config',
      `There is no CUDA provider for ${process.platform} on ${process.arch}.`,
      'Use --device webgpu, which needs nothing but the GPU’s driver.',
    );
  const folder = cudaFolder(env);
  if (await isProviderIntact(folder)) out.line(t(`The CUDA provider is in ${folder}.`));
  else {
    err.line(t(`downloading ${PROVIDER.package} ${RUNTIME_VERSION} with pip (247 MB)`));
    await installProvider(folder, { env });
    out.line(t(`The CUDA provider has been put into ${folder}.`));
  }
  const libraries = await findCudaLibraries(env);
  for (const [name, at] of libraries.found) out.line(`  ${name}  ${at}`);
  const lack = lackOfCuda(libraries, env);
  if (lack === undefined) return EXIT.done;
  out.line(t(`CUDA does not work yet: ${lack}`));
  return EXIT.failed;
}
