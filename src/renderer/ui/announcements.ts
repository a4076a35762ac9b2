import { text } from '../../shared/text.ts';
import { hasEnded, type MemberView, type TransferView } from '../../shared/views.ts';
import { brokerHealth } from './broker-health.ts';
import { isGone, isRemoved, stillHere } from './gone.ts';
import type { Model } from './model.ts';
import { isRequest } from './transfer-order.ts';
import { transferWords } from './transfer-words.ts';

const say = text.announce;

function members(before: readonly MemberView[], after: readonly MemberView[]): string[] {
  const sentences: string[] = [];
  for (const member of after) {
    const was = samePerson(before, member)?.state;
    if (member.state === 'connected' && was !== 'connected') sentences.push(say.joined(member.name));
    if (member.state === 'reconnecting' && was === 'connected') sentences.push(say.lost(member.name));
  }
  for (const member of stillHere(before)) {
    const now = samePerson(after, member);
    if (!now || isGone(now)) sentences.push(say.left(member.name));
    else if (isRemoved(now)) sentences.push(say.removed(member.name));
    else if (now.reason?.code === 'removed' && member.reason?.code !== 'removed')
      sentences.push(say.removedMe(member.name));
  }
  return sentences;
}

/** Who reloads their page comes under a new session and has not left: the key tells. */
function samePerson(among: readonly MemberView[], { session, key }: MemberView): MemberView | undefined {
  const known = among.filter((other) => other.session === session || (key !== null && other.key === key));
  return known.find((other) => !isGone(other)) ?? known[0];
}

/** Who leaves, or loses the app itself, hears that; not that everybody else has gone. */
function isInRoom({ app, connectedToMain, detached }: Model): boolean {
  return app?.room != null && connectedToMain && !detached;
}

/** From one room straight to another: whoever is not in the new one has not left the old one. */
function hasMoved(before: Model, after: Model): boolean {
  return before.app?.room != null && before.app.room.code !== after.app?.room?.code;
}

function transferEnd(transfer: TransferView): string {
  const title = text.transfers.titled(transfer.title, transfer.topLevelEntries);
  if (transfer.state === 'done' && transfer.failedCount === 0) {
    return transfer.direction === 'in' ? say.received(title, transfer.peer.name) : say.sent(title, transfer.peer.name);
  }
  return say.ended(title, transferWords(transfer).state);
}

function transfers(before: readonly TransferView[], after: readonly TransferView[]): string[] {
  const sentences: string[] = [];
  const earlier = new Map(before.map((transfer) => [transfer.id, transfer]));
  for (const transfer of after) {
    const was = earlier.get(transfer.id);
    if (was === transfer) continue;
    if (isRequest(transfer) && !was) {
      const title = text.transfers.titled(transfer.title, transfer.topLevelEntries);
      sentences.push(say.request(transfer.peer.name, title, transfer.files, transfer.folders, transfer.total));
    }
    if (was && hasEnded(transfer) && !hasEnded(was)) sentences.push(transferEnd(transfer));
    if (was && transfer.state === 'interrupted' && was.state !== 'interrupted') sentences.push(transferEnd(transfer));
  }
  return sentences;
}

/** Of the room itself: it is closed or opened by anyone, and somebody asks one along to another. */
function room(before: Model, after: Model): string[] {
  if (!isInRoom(before) || hasMoved(before, after)) return [];
  const sentences: string[] = [];
  if (after.guard.locked !== before.guard.locked) sentences.push(after.guard.locked ? say.locked : say.unlocked);
  for (const { key, name, code } of after.guard.renewals) {
    if (!before.guard.renewals.some((other) => other.key === key && other.code === code))
      sentences.push(say.renewal(name));
  }
  return sentences;
}

/** What a screen reader says of a change: joins, leaves, requests, ends and lost connections; never progress. */
export function announcements(before: Model, after: Model): readonly string[] {
  const sentences = [
    ...(isInRoom(after) && !hasMoved(before, after) ? members(before.network.members, after.network.members) : []),
    ...(isInRoom(after) ? room(before, after) : []),
    ...transfers(before.transfers, after.transfers),
  ];
  const health = brokerHealth(after.network.brokers);
  const healthBefore = brokerHealth(before.network.brokers);
  if (health === 'down' && healthBefore !== 'down') sentences.push(say.offline);
  if (health === 'online' && healthBefore === 'down') sentences.push(say.online);
  return sentences;
}
