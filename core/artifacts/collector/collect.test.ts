import { describe } from 'vitest';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import { openFilesystemStore } from '../filesystem.ts';
import { collectorContract } from './collector-contract.fixture.ts';

describe('collecting a store in a folder', () => {
  const folder = temporaryFolder();
  let stores = 0;
  collectorContract(() => openFilesystemStore(folder.join(`store-${stores++}`)));
});
