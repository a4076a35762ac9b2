import { type Reason, reasonOf } from '../../../shared/reasons.ts';
import type { App } from '../../app.ts';
import type { Handed } from './handed.ts';
import { codeOfLink } from './room-link.ts';

/**
 * The one way in for whatever was handed over. The window is shown; files are offered in the room, or wait in sight for
 * one; a room that was asked for on a command line is entered, and only leaving another one for it needs a yes. A link may
 * come from any page of the web, so it always needs one.
 */
export function createHandingOver(options: {
  application: Pick<App, 'receivePaths' | 'enterRoom' | 'roomCode'>;
  show(): void;
  /** Asks whether to go into a room, and to leave the one that the app is in. */
  confirm(question: { code: string | null; leaves: boolean }): Promise<boolean>;
  notice(reason: Reason): void;
}): (handed: Handed) => Promise<void> {
  const { application, confirm, notice } = options;

  async function enter(room: NonNullable<Handed['room']>, trusted: boolean): Promise<void> {
    const code = room.kind === 'code' ? room.code : null;
    const current = application.roomCode;
    if (code !== null && code === current) return;
    if (!(trusted && current === null) && !(await confirm({ code, leaves: current !== null }))) return;
    await application.enterRoom(room);
  }

  return async ({ paths, room, links }) => {
    options.show();
    try {
      if (room) await enter(room, true);
      for (const link of links) {
        const code = codeOfLink(link);
        if (code === null) notice({ code: 'link-without-code' });
        else await enter({ kind: 'code', code }, false);
      }
      if (paths.length > 0) await application.receivePaths(paths);
    } catch (error) {
      notice(reasonOf(error));
    }
  };
}
