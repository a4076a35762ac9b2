import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** The steps before `ready`, recorded by a stand-in: Electron itself does not take part. */
const electron = vi.hoisted(() => ({ steps: [] as [string, ...unknown[]][], first: true, packaged: false }));

vi.mock('electron', () => {
  const step =
    (name: string, result?: () => unknown) =>
    (...given: unknown[]) => {
      electron.steps.push([name, ...given]);
      return result?.();
    };
  return {
    app: {
      setPath: step('setPath'),
      get isPackaged() {
        return electron.packaged;
      },
      setAppUserModelId: step('setAppUserModelId'),
      commandLine: { getSwitchValue: () => 'Asked', appendSwitch: step('appendSwitch') },
      requestSingleInstanceLock: step('requestSingleInstanceLock', () => electron.first),
      on: () => undefined,
      exit: step('exit'),
      // Only the box of a start that failed is waited for here.
      whenReady: step('whenReady', () => (electron.packaged ? Promise.resolve() : new Promise(() => undefined))),
    },
    protocol: { registerSchemesAsPrivileged: step('registerSchemesAsPrivileged') },
    session: {},
    ipcMain: {},
    dialog: { showErrorBox: step('showErrorBox') },
    Menu: {},
    powerMonitor: {},
  };
});

// Nothing of the application itself happens before `ready`.
vi.mock('../../../../../src/main/app.ts', () => ({ createApp: () => Promise.reject(new Error('not here')) }));

let dataDir: string;
const { argv } = process;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'roomdrop-start-'));
  electron.steps = [];
  electron.first = true;
  electron.packaged = false;
  vi.resetModules();
});

afterEach(async () => {
  process.argv = argv;
  vi.restoreAllMocks();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(...given: string[]): Promise<void> {
  process.argv = ['roomdrop', ...given];
  await import('../../../../../src/main/hosts/electron/index.ts');
}

describe('the start', () => {
  it('does each step before the one that needs it, and all before it is ready', async () => {
    await start('--data-dir', dataDir, '--json');
    expect(electron.steps.map(([name]) => name)).toEqual([
      'setPath',
      'appendSwitch',
      'setAppUserModelId',
      'requestSingleInstanceLock',
      'registerSchemesAsPrivileged',
      'whenReady',
    ]);
    const given = Object.fromEntries(electron.steps.map(([name, ...values]) => [name, values]));
    expect(given.setPath).toEqual(['userData', join(dataDir, 'electron')]);
    expect(given.appendSwitch).toEqual(['disable-features', 'Asked,WebRtcHideLocalIpsWithMdns']);
    expect(given.requestSingleInstanceLock).toEqual([
      { argv: ['--data-dir', dataDir, '--json'], links: [], cwd: process.cwd() },
    ]);
    expect(given.registerSchemesAsPrivileged).toEqual([
      [{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } }],
    ]);
  });

  it('of a second copy hands over its arguments and ends', async () => {
    electron.first = false;
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await start('--data-dir', dataDir);
    expect(electron.steps.at(-1)).toEqual(['exit', 0]);
    expect(electron.steps.map(([name]) => name)).not.toContain('whenReady');
    expect(said).toHaveBeenCalledOnce();
  });

  it('of a second copy that is to see its files through says that it cannot', async () => {
    electron.first = false;
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${code}`);
    });
    await expect(start('--data-dir', dataDir, '--exit-when-done')).rejects.toThrow('exit 2');
    expect(said.mock.calls.map(([line]) => line)).toEqual([expect.stringMatching(/^[^\n]*--data-dir[^\n]*\.\n$/)]);
  });

  it('with a flag nobody knows says so in one sentence and exits with 2, before it touches anything', async () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const exit = vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${code}`);
    });
    await expect(start('--rooom', 'new')).rejects.toThrow('exit 2');
    expect(exit).toHaveBeenCalledWith(2);
    expect(said.mock.calls.map(([line]) => line)).toEqual([expect.stringMatching(/^[^\n]*--rooom[^\n]*\.\n$/)]);
    expect(electron.steps).toEqual([]);
  });

  it.each([
    ['a file that is not there', () => [join(dataDir, 'absent.txt')]],
    ['a mistyped code', () => ['--room', 'apple-river-appel-one-two']],
    ['a data folder that cannot be made', () => ['--data-dir', join(dataDir, 'file', 'data')]],
  ])('of an installed app that fails says so in a box, once there can be one: %s', async (_what, given) => {
    electron.packaged = true;
    await writeFile(join(dataDir, 'file'), '');
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await start(...given());
    await vi.waitFor(() => expect(electron.steps.at(-1)).toEqual(['exit', 2]));
    const names = electron.steps.map(([name]) => name);
    expect(names).toEqual(['whenReady', 'showErrorBox', 'exit']);
    const [, , sentence] = electron.steps[1] ?? [];
    expect(sentence).toMatch(/^[^\n]+$/);
    expect(said.mock.calls).toEqual([[`${sentence}\n`]]);
  });

  it('of an installed app by a script that made a mistake shows no box', async () => {
    electron.packaged = true;
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${code}`);
    });
    await expect(start('--rooom', '--json')).rejects.toThrow('exit 2');
    expect(electron.steps).toEqual([]);
  });
});
