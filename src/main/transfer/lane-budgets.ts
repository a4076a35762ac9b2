import { type Block, blockCharge, messageClass } from '../../shared/protocol/block.ts';
import { createBudget } from '../../shared/protocol/budget.ts';
import { limits } from '../../shared/protocol/limits.ts';

/** What a peer may make this side do on one lane. False is more than anybody honest asks for. */
export interface LaneBudgets {
  /** To read this message, which may be anything. */
  read(message: Uint8Array): boolean;
  /** To look past a block that has no place here. Somebody honest had some on the way when a transfer ended or bound anew. */
  pass(block: Block): boolean;
  /** To answer a question that it can make up; `silent` is one too many, which goes unanswered. */
  answer(): boolean | 'silent';
}

export function createLaneBudgets(now: () => number): LaneBudgets {
  const controls = createBudget({ perSecond: limits.controlsPerSecond, atOnce: limits.controlsAtOnce, now });
  const controlBytes = createBudget({
    perSecond: limits.controlBytesPerSecond,
    atOnce: limits.controlBytesAtOnce,
    now,
  });
  const strayBytes = createBudget({ perSecond: limits.strayBytesPerSecond, atOnce: limits.strayBytesAtOnce, now });
  const answerBounds = { perSecond: limits.answersPerSecond, atOnce: limits.answersAtOnce, now };
  const answers = createBudget(answerBounds);
  /** The same once more for what goes unanswered: somebody honest who asks too much has time to notice. */
  const silences = createBudget(answerBounds);
  return {
    read: (message) => message[0] === messageClass.block || (controls.take() && controlBytes.take(message.byteLength)),
    pass: ({ payload }) => strayBytes.take(blockCharge(payload.byteLength)),
    answer: () => answers.take() || (silences.take() && 'silent'),
  };
}
