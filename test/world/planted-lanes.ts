import type { Plant } from './planted.ts';

/** Of the direct lane, of the engine's choice between lanes, and of strands. */
export const lanePlants: readonly Plant[] = [
  {
    name: 'an address that has not answered is probed',
    file: 'src/main/lane/direct/admitted.ts',
    from: 'if (canonical === null || !addresses.has(canonical) || port',
    to: 'if (canonical === null || port',
  },
  {
    name: 'a try to make a lane goes on when another takes its place',
    file: 'src/main/lane/direct/person-lane.ts',
    from: "    end('replaced');\n    const opened",
    to: '    const opened',
  },
  {
    name: 'a lane that is lost is the last one',
    file: 'src/main/lane/direct/person-lane.ts',
    from: 'tryAgain(changed ? 0 : retryAfterMs(history));',
    to: 'if (changed) tryAgain(0);',
  },
  {
    name: 'a lane that is not wanted any more goes on',
    file: 'src/main/lane/direct/direct-lanes.ts',
    from: "else if (person.isLinked) person.end('declined');",
    to: 'else if (person.isLinked) continue;',
  },
  {
    name: 'the timer of a lane that was closed runs on',
    file: 'src/main/lane/direct/direct-lane.ts',
    from: 'void stream.closed.then(after(endWithinMs, () => stream.destroy()));',
    to: 'after(endWithinMs, () => stream.destroy());',
  },
  {
    name: 'what goes by a lane that is lost stays with it',
    file: 'src/main/transfer/engine.ts',
    from: "if (!stays) transfer.laneMoved(to, 'us');",
    to: "if (!stays && canStay(to)) transfer.laneMoved(to, 'peer');",
  },
  {
    name: 'what a lost strand has not delivered does not go again',
    file: 'src/connect/strands/strands.ts',
    from: '    one.strand.close();\n    outgoing.sendAgain(id);',
    to: '    one.strand.close();',
  },
  {
    name: 'who goes by a relay does not say why there is no lane',
    file: 'src/main/lane/direct/person-lane.ts',
    from: '        silence.expect(beginWithinMs);\n',
    to: '',
  },
];
