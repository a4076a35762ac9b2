import type { StoryName } from './stories.ts';

/** What is seen in each story, in Chromium and in the world. */
export const told: Record<StoryName, unknown> = {
  'a meeting': {
    offerer: ['iceConnectionState checking', 'iceConnectionState connected', 'open: open'],
    answerer: ['iceConnectionState checking', 'iceConnectionState connected', 'datachannel: open', 'open: open'],
  },
  'descriptions in a meeting': {
    offerer: ['signalingState have-local-offer', 'signalingState stable'],
    answerer: ['signalingState have-remote-offer', 'signalingState stable'],
  },
  'the state of a meeting': {
    offerer: ['connectionState connecting', 'connectionState connected'],
    answerer: ['connectionState connecting', 'connectionState connected'],
  },
  'gathering in a meeting': {
    offerer: ['iceGatheringState gathering', 'iceGatheringState complete', 'no more'],
    answerer: ['iceGatheringState gathering', 'iceGatheringState complete', 'no more'],
  },
  'candidates of a meeting': { offerer: ['candidate', 'no more'], answerer: ['candidate', 'no more'] },

  'a connection is closed': {
    atOnce: ['closed', 'closed', 'closed', 'open'],
    after: ['stable', 'connected', 'connected'],
    told: { offerer: ['error: OperationError', 'close: closed'], answerer: ['close: closed'] },
  },
  'a connection is closed before anything was said': {
    atOnce: ['closed', 'closed', 'closed', 'connecting'],
    told: ['close: closed'],
  },
  'a channel is closed': {
    atOnce: 'closing',
    after: ['stable', 'connected', 'connected'],
    told: { offerer: ['close: closed'], answerer: ['close: closed'] },
  },
  'a channel is closed at both ends': { offerer: ['close: closed'], answerer: ['close: closed'] },
  'a channel is closed before its connection stands': { atOnce: 'closing', told: ['close: closed'] },
  'a channel is closed behind what is still to be sent': {
    offerer: ['message: "first"', 'message: 200000 bytes', 'close: closed'],
    answerer: ['close: closed'],
  },
  'a channel and its connection are closed together': {
    offerer: ['message: "first"', 'error: OperationError', 'close: closed'],
    answerer: ['close: closed'],
  },
  'a connection is closed while its description is set': { outcome: 'nothing', told: [] },

  'messages arrive as they are': {
    type: 'arraybuffer',
    label: 'link',
    told: [
      'message: "text, €"',
      'message: "half a pair: \ufffd"',
      'message: ""',
      'message: 0 bytes',
      'message: 3 bytes',
      'message: 70000 characters',
    ],
  },
  'what is sent is in the buffer, and leaves it': {
    amounts: [3, 6, 0, 2, 3, 100_000, 200_000],
    below: 0,
    above: 1,
    isBelow: true,
  },

  'two simple-peers meet, and one goes': {
    offerer: ['signal offer', 'ice new', 'ice checking', 'ice connected', 'connect', 'data words', 'close'],
    answerer: ['signal answer', 'ice new', 'ice checking', 'ice connected', 'connect', 'close'],
  },
  'somebody is left behind': {
    isInTime: true,
    told: ['iceConnectionState disconnected', 'connectionState disconnected'],
  },
};
