/**
 * What cannot be seen, or changes how what stands beside it is read: controls, separators of lines, all that Unicode lets
 * be ignored when shown (Default_Ignorable_Code_Point: fillers, tags, direction marks and overrides), annotation marks,
 * and the Braille blank, which is a letter by category. Joiners and variation selectors stay: scripts and emoji need them.
 */
const unseen =
  /(?!\u200c|\u200d|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}])[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/gu;

/** Marks on one letter beyond what any script stacks; more climb over the lines above and below. */
const marksMost = 6;
const tooManyMarks = new RegExp(`(\\p{M}{${marksMost}})\\p{M}+`, 'gu');

/** Also what no font knows: it is shown as a box. */
const visible = /[\p{L}\p{N}\p{P}\p{S}\p{Co}\p{Cn}]/u;

/** The text in NFC without what cannot be seen; empty when there is nothing to be seen in it. */
export function visibleText(text: string): string {
  const seen = text.replace(unseen, '').normalize('NFC').replace(tooManyMarks, '$1').normalize('NFC');
  return visible.test(seen) ? seen : '';
}
