import { visibleText } from '../../shared/protocol/visible-text.ts';

/**
 * Names from a peer, made fit for this disk. Structure is not repaired here: a path with `..` or an empty segment is
 * refused as a whole by the manifest, because no honest sender makes one.
 */

/** Halves of a surrogate pair standing alone: no file system stores them. */
const halves = /\p{Cs}/gu;
/** Behind enough white space an ending is out of sight. */
const wideGaps = /\s{3,}/gu;
const separators = /[/\\]/g;
const drive = /^([A-Za-z]):/;
/** https://learn.microsoft.com/windows/win32/fileio/naming-a-file; refused there with any extension behind them. */
const reserved =
  /^(con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(\s*\.|\s*$)/i;
const forbiddenOnWindows = /[<>:"|?*]/g;
const endings = /[.\s]+$/u;

/**
 * One segment as it may stand on this disk: never empty, `.` or `..`, at most `maxBytes` in UTF-8, and the same for
 * every spelling (NFC). `platform` as in `process.platform`: what only Windows forbids stays elsewhere.
 */
export function safeName(given: string, maxBytes: number, platform: NodeJS.Platform): string {
  let name = visibleText(given.replace(halves, '\ufffd'))
    .replace(wideGaps, ' ')
    .replace(separators, '_')
    .replace(drive, '$1_');
  if (platform === 'win32') name = name.replace(forbiddenOnWindows, '_');
  name = shorten(name.replace(endings, ''), maxBytes).replace(endings, '');
  if (reserved.test(name)) name = shorten(`_${name}`, maxBytes).replace(endings, '');
  // What could be seen of it may have gone with an ending.
  return visibleText(name) || '_';
}

/** `photo.jpg` as `photo (2).jpg`, still within `maxBytes`. */
export function numberedName(name: string, number: number, maxBytes: number): string {
  const { stem, extension } = split(name);
  const mark = ` (${number})`;
  return `${cut(stem, maxBytes - Buffer.byteLength(extension) - mark.length)}${mark}${extension}`;
}

/** Two names with the same key are one file on some disk: in another case or another normal form. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

/** At most `maxBytes` in UTF-8, keeping a short extension and no half characters. */
export function shorten(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name;
  const { stem, extension } = split(name);
  return cut(stem, maxBytes - Buffer.byteLength(extension)) + extension;
}

const longestExtensionBytes = 32;

function split(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot) : '';
  if (extension === '' || Buffer.byteLength(extension) > longestExtensionBytes) return { stem: name, extension: '' };
  return { stem: name.slice(0, dot), extension };
}

function cut(text: string, maxBytes: number): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept;
}
