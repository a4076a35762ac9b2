import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/main/command-line.ts';
import { takeProfile, usualDataDir } from '../../../src/main/profile.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roomdrop-profile-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('takeProfile', () => {
  it('holds the folder that was asked for until it lets go', async () => {
    const asked = join(folder, 'data');
    const { dataDir, lock } = await takeProfile(asked);
    expect(dataDir).toBe(asked);
    await expect(takeProfile(asked)).rejects.toThrow(UsageError);
    await lock.release();
    const again = await takeProfile(asked);
    await again.lock.release();
  });

  it('says when the folder cannot be made', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(takeProfile(join(file, 'data'))).rejects.toThrow(UsageError);
  });
});

describe('usualDataDir', () => {
  it('is a folder of our own', () => {
    expect(isAbsolute(usualDataDir())).toBe(true);
    expect(usualDataDir()).toMatch(/roomdrop/i);
  });
});
