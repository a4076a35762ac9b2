import { parseRoomCode } from '../../../shared/room-code.ts';

/** Links that open the app in a room: `roomdrop://join/apple-river-…`. The scheme stands in electron-builder.yml too. */
export const linkScheme = 'roomdrop';

export function isRoomLink(argument: string): boolean {
  return argument.toLowerCase().startsWith(`${linkScheme}:`);
}

/** The room's code in a link, or null when it has none. Whatever stands around it, only five right words count. */
export function codeOfLink(link: string): string | null {
  if (!isRoomLink(link)) return null;
  const words = link
    .slice(linkScheme.length + 1)
    .replace(/^\/*(?:join\/)?/i, '')
    .replace(/[/?#].*$/, '');
  try {
    const parsed = parseRoomCode(decodeURIComponent(words));
    return 'code' in parsed ? parsed.code : null;
  } catch {
    // Malformed percent-encoding.
    return null;
  }
}
