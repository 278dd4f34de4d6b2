import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { refuseNetworkFilesystem } from './network-filesystem.js';

vi.mock('node:fs', async (original) => ({ ...(await original<typeof import('node:fs')>()), statfsSync: vi.fn() }));

const { statfsSync: realStatfs } = await vi.importActual<typeof import('node:fs')>('node:fs');

/** Lets every path lie on a file system with this magic number. */
function lieOn(type: number): void {
  vi.mocked(statfsSync).mockReturnValue({ ...realStatfs(tmpdir()), type });
}

describe('refuseNetworkFilesystem', () => {
  beforeEach(() => vi.mocked(statfsSync).mockReset());

  it.each([
    ['NFS', 0x6969],
    ['SMB2', 0xfe534d42],
    ['CIFS', 0xff534d42],
    ['CIFS, as a signed number', 0xff534d42 | 0],
    ['9P', 0x01021997],
    ['AFS', 0x5346414f],
  ])('refuses %s and says what to do (pitfall 31)', (name, type) => {
    lieOn(type);
    expect(() => refuseNetworkFilesystem('/net/state.db')).toThrow(expect.objectContaining({ code: 'STORE_OPEN' }));
    expect(() => refuseNetworkFilesystem('/net/state.db')).toThrow(/allowNetworkFilesystem/);
    expect(() => refuseNetworkFilesystem('/net/state.db')).toThrow(name.slice(0, 3));
  });

  it.each([
    ['ext4', 0xef53],
    ['tmpfs', 0x01021994],
    ['APFS', 0x1a],
    ['overlayfs', 0x794c7630],
  ])('takes %s', (_, type) => {
    lieOn(type);
    expect(() => refuseNetworkFilesystem('/disk/state.db')).not.toThrow();
  });
});
