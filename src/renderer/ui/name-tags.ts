import { text } from '../../shared/text.ts';
import type { MemberView, TransferView } from '../../shared/views.ts';
import { avatarHue, avatarNumber } from './avatar-look.ts';
import type { Model } from './model.ts';

/** By key: the name of somebody who shares it with another, told apart. It is the same on every screen of the room. */
export type NameTags = ReadonlyMap<string, string>;

interface Named {
  readonly key: string | null;
  readonly name: string;
}

/** As names are compared: neither case nor compatibility forms make another name. */
export function foldedName(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** The names among these that more than one key has. */
export function nameTags(people: readonly Named[]): NameTags {
  const keys = new Map<string, Set<string>>();
  for (const { key, name } of people) {
    if (key !== null) keys.set(foldedName(name), (keys.get(foldedName(name)) ?? new Set()).add(key));
  }
  const tags = new Map<string, string>();
  for (const { key, name } of people) {
    if (key === null || (keys.get(foldedName(name))?.size ?? 0) < 2) continue;
    const creature = text.people.creature(avatarHue(key), avatarNumber(key, text.people.animals));
    tags.set(key, text.people.toldApart(name, creature));
  }
  return tags;
}

interface Renamed<T> {
  readonly name: string;
  readonly view: T;
}

/** What stays the same object is not drawn again, so each is renamed only once. */
function createRenaming<T extends object>(rename: (given: T, name: string) => T): (given: T, name: string) => T {
  const done = new WeakMap<T, Renamed<T>>();
  return (given, name) => {
    const known = done.get(given);
    if (known?.name === name) return known.view;
    const view = rename(given, name);
    done.set(given, { name, view });
    return view;
  };
}

const renameMember = createRenaming((member: MemberView, name) => ({ ...member, name }));
const renameTransfer = createRenaming((transfer: TransferView, name) => ({
  ...transfer,
  peer: { ...transfer.peer, name },
}));

/** The same model with names as they are to be shown: whoever shares a name is told apart wherever the name stands. */
export function tellApart(model: Model): { readonly model: Model; readonly own: string } {
  const own: Named = { key: model.app?.key ?? null, name: model.app?.settings.name ?? '' };
  const peers = model.transfers.map(({ peer }) => peer);
  const tags = nameTags([own, ...model.network.members, ...model.guard.renewals, ...peers]);
  if (tags.size === 0) return { model, own: own.name };
  const shown = ({ key, name }: Named): string => (key === null ? undefined : tags.get(key)) ?? name;
  const members = model.network.members.map((member) => renameMember(member, shown(member)));
  const transfers = model.transfers.map((transfer) => renameTransfer(transfer, shown(transfer.peer)));
  const renewals = model.guard.renewals.map((renewal) => ({ ...renewal, name: shown(renewal) }));
  const guard = { ...model.guard, renewals };
  return { model: { ...model, network: { ...model.network, members }, guard, transfers }, own: shown(own) };
}
