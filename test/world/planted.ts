/** A bug to be planted: one place of one file, and what it is turned into. */
export interface Plant {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** The measure of the world: how many of these it finds. */
export const plants: readonly Plant[] = [
  {
    name: 'who waits for an offer never asks for one',
    file: 'src/connect/pair-machine.ts',
    from: "linkId, null, nowMs);\n  return { status: { ...status, awaits: 'offer' }, acts: [{ do: 'ask', last: newest(status) }] };\n}\n\nfunction offered",
    to: "linkId, null, nowMs);\n  return { status: { ...status, awaits: 'offer' }, acts: [] };\n}\n\nfunction offered",
  },
  {
    name: 'an attempt that failed is the last one',
    file: 'src/connect/pair-machine.ts',
    from: 'return inTurn(told, waitLonger, tellLoss);',
    to: 'return inTurn(told, tellLoss);',
  },
  {
    name: 'the last candidates, and their end, stay where they are',
    file: 'src/connect/candidate-batch.ts',
    from: '      ended = true;\n      arm();',
    to: '      ended = true;\n      gathered = [];\n      arm();',
  },
  {
    name: 'who comes back is not told of what waits for them',
    file: 'src/main/transfer/engine.ts',
    from: 'for (const transfer of transfers.with(traffic.peer.key)) transfer.laneUp(traffic);',
    to: '',
  },
  {
    name: 'a link that works ends when a newer attempt begins',
    file: 'src/connect/pair-machine.ts',
    from: 'return inTurn(status, settle, endAttempt, (next) => ({',
    to: 'return inTurn(status, settle, endAttempt, endLink, (next) => ({',
  },
  {
    name: 'a will ends what still has a link',
    file: 'src/connect/members-machine.ts',
    from: 'return carriers.length === 0 && !member.pair.linked ?',
    to: 'return carriers.length === 0 ?',
  },
  {
    name: 'who loses a broker still waits for its wills',
    file: 'src/connect/room-session.ts',
    from: "members.happen({ type: 'carrier-lost', carrier });",
    to: 'void carrier;',
  },
  {
    name: 'who finds no place does not ask again',
    file: 'src/connect/announcer.ts',
    from: 'if (without.size === 0) armWithout();',
    to: '',
  },
  {
    name: 'a response is repeated for ever',
    file: 'src/connect/presence.ts',
    from: 'responses.get(session)?.();\n    responses.delete(session);',
    to: 'responses.delete(session);',
  },
  {
    name: 'who comes to a broker again does not say so',
    file: 'src/connect/announcer.ts',
    from: 'announcement.heardBy.add(carrier);\n      announce(carrier);',
    to: 'announcement.heardBy.add(carrier);\n      if (isAlone()) announce(carrier);',
  },
  {
    name: 'a link does not beat',
    file: 'src/connect/liveness.ts',
    from: '      beat();\n',
    to: '',
  },
  {
    name: 'nobody notices that a link is silent',
    file: 'src/connect/liveness.ts',
    from: '      keepBeating();\n      watchSilence();',
    to: '      keepBeating();',
  },
  {
    name: 'another name is not told on links',
    file: 'src/connect/pair.ts',
    from: "rename: () => running()?.control.say({ type: 'rename', name: room.name }),",
    to: 'rename: () => undefined,',
  },
  {
    name: 'the timer of a link that has ended runs on',
    file: 'src/connect/path-watch.ts',
    from: '      stopped = true;\n      stopTimer();',
    to: '      stopped = true;',
  },
  {
    name: 'who leaves does not say so',
    file: 'src/connect/room.ts',
    from: "await within(timings.goodbyeMs / 2, session?.signaling.tell({ type: 'bye' }) ?? Promise.resolve());",
    to: '',
  },
  {
    name: 'the lanes of a page that is gone are not cut',
    file: 'src/main/people.ts',
    from: 'if (by === reporter) lane.cut();',
    to: 'if (by === reporter && !lane) return;',
  },
  {
    name: 'a file gets its name before it is flushed',
    file: 'src/main/transfer/part-handles.ts',
    from: 'handle.flush().catch(',
    to: 'Promise.resolve().catch(',
  },
  {
    name: 'a part that is put aside stays open',
    file: 'src/main/transfer/part-handles.ts',
    from: '    handles.delete(entry);\n    await handle?.close();',
    to: '    handles.delete(entry);\n    await handle?.bytes();',
  },
  {
    name: 'a part stays when its transfer is cancelled',
    file: 'src/main/transfer/part-handles.ts',
    from: 'for (const path of [...leftOver, ...parts]) await disk.removePart(path)',
    to: 'for (const path of [...leftOver, ...parts].slice(1)) await disk.removePart(path)',
  },
  {
    name: 'what is written is not told to the sender',
    file: 'src/main/transfer/reception.ts',
    from: "send({ type: 'progress', transfer, binding, charge: consumedCharge, written, files });",
    to: "if (consumedCharge < progressBytes) send({ type: 'progress', transfer, binding, charge: consumedCharge, written, files });",
  },
];
