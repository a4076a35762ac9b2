import { describe, expect, it, vi } from 'vitest';
import type { Handed } from '../../../../../src/main/hosts/electron/handed.ts';
import { createHandingOver } from '../../../../../src/main/hosts/electron/handing-over.ts';
import { codeOfLink } from '../../../../../src/main/hosts/electron/room-link.ts';
import { ReasonError } from '../../../../../src/shared/reasons.ts';
import { makeRoomCode } from '../../../../../src/shared/room-code.ts';

const code = makeRoomCode((bytes) => new Uint8Array(bytes));
const another = makeRoomCode((bytes) => new Uint8Array(bytes).fill(7));

function setUp({ roomCode = null, yes = true }: { roomCode?: string | null; yes?: boolean } = {}) {
  const application = {
    roomCode,
    receivePaths: vi.fn(async (_paths: readonly string[]) => undefined),
    enterRoom: vi.fn(async () => undefined),
  };
  const show = vi.fn();
  const confirm = vi.fn(async () => yes);
  const notice = vi.fn();
  const receive = createHandingOver({ application, show, confirm, notice });
  return {
    application,
    show,
    confirm,
    notice,
    receive: (handed: Partial<Handed>) => receive({ paths: [], room: null, links: [], ...handed }),
  };
}

describe('whatever is handed over', () => {
  it('brings the window, also when there is nothing with it', async () => {
    const { receive, show, application } = setUp();
    await receive({});
    expect(show).toHaveBeenCalledOnce();
    expect(application.receivePaths).not.toHaveBeenCalled();
  });

  it('is offered: files', async () => {
    const { receive, application } = setUp();
    await receive({ paths: ['/a'] });
    expect(application.receivePaths).toHaveBeenCalledWith(['/a']);
  });

  it('is entered: a room of the command line, without a question where none is left for it', async () => {
    const { receive, application, confirm } = setUp();
    await receive({ room: { kind: 'code', code } });
    expect(application.enterRoom).toHaveBeenCalledWith({ kind: 'code', code });
    expect(confirm).not.toHaveBeenCalled();
  });

  it('is asked about where a room would be left for it, and not entered after a no', async () => {
    const { receive, application, confirm } = setUp({ roomCode: another, yes: false });
    await receive({ room: { kind: 'code', code } });
    expect(confirm).toHaveBeenCalledWith({ code, leaves: true });
    expect(application.enterRoom).not.toHaveBeenCalled();
  });

  it('is no question where one is in that room already', async () => {
    const { receive, application, confirm } = setUp({ roomCode: code });
    await receive({ room: { kind: 'code', code }, links: [`roomdrop://join/${code}`] });
    expect(confirm).not.toHaveBeenCalled();
    expect(application.enterRoom).not.toHaveBeenCalled();
  });

  it('is always asked about: a link, which any page of the web may open', async () => {
    const { receive, application, confirm } = setUp();
    await receive({ links: [`roomdrop://join/${code}`] });
    expect(confirm).toHaveBeenCalledWith({ code, leaves: false });
    expect(application.enterRoom).toHaveBeenCalledWith({ kind: 'code', code });
  });

  it('is told: a link without a code, and files that are gone', async () => {
    const { receive, application, notice } = setUp();
    await receive({ links: ['roomdrop://join/not-a-code'] });
    expect(notice).toHaveBeenLastCalledWith({ code: 'link-without-code' });
    application.receivePaths.mockRejectedValueOnce(new ReasonError('path-missing', { path: '/a' }));
    await receive({ paths: ['/a'] });
    expect(notice).toHaveBeenLastCalledWith({ code: 'path-missing', detail: { path: '/a' } });
  });
});

describe('a link', () => {
  it.each([`roomdrop://join/${code}`, `roomdrop:${code}`, `ROOMDROP://JOIN/${code}/`, `roomdrop://${code}?from=mail`])(
    '%s leads to its room',
    (link) => {
      expect(codeOfLink(link)).toBe(code);
    },
  );

  it.each(['roomdrop:', 'roomdrop://join/', 'roomdrop://join/%ff', 'roomdrop://join/a-b-c-d-e', `https://x/${code}`])(
    '%s leads nowhere',
    (link) => {
      expect(codeOfLink(link)).toBeNull();
    },
  );
});
