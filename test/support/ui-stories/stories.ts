import { emptyModel, type Model } from '../../../src/renderer/ui/model.ts';
import type { AppState } from '../../../src/shared/bridge.ts';
import type { NetworkView } from '../../../src/shared/views.ts';
import { appState } from '../ui-views.ts';
import {
  ama,
  connecting,
  jonas,
  jonasRemoved,
  known,
  lanes,
  longKnown,
  longMembers,
  longNames,
  longTransfers,
  manyFailed,
  manyTransfers,
  mira,
  miraGone,
  namesakeRequest,
  namesakes,
  refusing,
  request,
  smallFiles,
  stranger,
  tooLarge,
  transfers,
} from './people.ts';

export interface Story {
  readonly model: Model;
  readonly aloneHintAfterMs?: number;
  /** What a person has done when the picture is taken. */
  readonly act?:
    | 'type-bad-code'
    | 'type-code'
    | 'drag-files'
    | 'open-settings'
    | 'open-request'
    | 'open-failed'
    | 'open-status'
    | 'open-lanes'
    | 'open-renew'
    | 'open-remove'
    | 'open-own-words'
    | 'open-same-person'
    | 'say-they-differ';
}

export const code = 'camp-kitten-dinosaur-fence-gloom';

const app: AppState = {
  ...appState,
  host: { kind: 'electron', dialogs: true, showInFolder: true },
  settings: {
    ...appState.settings,
    name: 'Noor',
    downloads: '/home/noor/Downloads',
    brokers: ['wss://broker.hivemq.com:8884/mqtt', 'wss://broker.emqx.io:8084/mqtt', 'wss://test.mosquitto.org:8081'],
    iceServers: [{ urls: 'stun:stun.l.google.com:19302' }, { urls: 'stun:stun.cloudflare.com:3478' }],
  },
};
const inRoom: AppState = { ...app, room: { code, topic: 'topic', sealingKey: 'key' } };

const browserApp: AppState = { ...inRoom, host: { kind: 'browser', dialogs: false, showInFolder: false } };

const online: NetworkView = {
  brokers: app.settings.brokers.map((url) => ({ url, state: 'connected', reason: null })),
  members: [],
  trouble: null,
};
const down: NetworkView = {
  ...online,
  brokers: app.settings.brokers.map((url) => ({ url, state: 'waiting', reason: { code: 'broker-unreachable' } })),
};

function model(part: Partial<Model>): Model {
  return { ...emptyModel, app: inRoom, network: online, ...part };
}

const alone = model({});
const two = model({ network: { ...online, members: [mira] } });
const busy = model({
  app: { ...inRoom, lanes: [...lanes] },
  network: { ...online, members: [mira, jonas, ama] },
  transfers: [...transfers, request],
});

const longApp: AppState = { ...inRoom, settings: { ...inRoom.settings, name: longNames.unbroken } };
const longRoom = model({ app: longApp, network: { ...online, members: [...longMembers] }, transfers: longTransfers });

/** What fits the picture in the README. */
const readme = new Set(['done-in', 'paused', 'running-in', 'running-out']);

/** Every state of the screen worth looking at, by the name it is asked for with `?story=`. */
export const stories = {
  opening: { model: emptyModel },
  welcome: { model: model({ app }) },
  'welcome-code': { model: model({ app }), act: 'type-code' },
  'welcome-bad-code': { model: model({ app }), act: 'type-bad-code' },
  'room-alone': { model: alone },
  'room-alone-long': { model: alone, aloneHintAfterMs: 0 },
  'room-alone-standing': {
    model: model({
      app: {
        ...inRoom,
        standing: [
          {
            id: 'lisbon',
            title: 'Lisbon, spring',
            topLevelEntries: 1,
            files: 248,
            folders: 6,
            bytes: 1_842_000_000,
            again: false,
          },
          {
            id: 'letter',
            title: 'A letter to the landlord about the heating, the stairs and everything else.pdf',
            topLevelEntries: 1,
            files: 1,
            folders: 0,
            bytes: 84_000,
            again: false,
          },
        ],
      },
    }),
  },
  'room-brokers-down': { model: model({ network: down }), act: 'open-status' },
  'room-connecting': { model: model({ network: { ...online, members: [connecting] } }) },
  'room-two': { model: two },
  'room-lanes': { model: busy, act: 'open-lanes' },
  'room-left': {
    model: model({
      network: { ...online, members: [miraGone] },
      transfers: transfers
        .filter(({ id }) => id === 'running-out' || id === 'some-failed')
        .map((each) =>
          each.state === 'running' ? { ...each, state: 'interrupted', reason: { code: 'peer-left' } } : each,
        ),
    }),
  },
  'room-namesakes': {
    model: model({ network: { ...online, members: [...namesakes, jonas] }, transfers: [namesakeRequest] }),
  },
  'room-busy': { model: busy },
  'room-locked': {
    model: model({
      network: { ...online, members: [mira, jonasRemoved] },
      guard: { locked: true, keptOut: 2, renewals: [] },
    }),
  },
  'room-locked-alone': { model: { ...alone, guard: { locked: true, keptOut: 0, renewals: [] } } },
  'room-refused': { model: model({ network: { ...online, members: [...refusing] } }) },
  'room-renew': { model: model({ network: { ...online, members: [mira, jonas] } }), act: 'open-renew' },
  'room-remove': { model: model({ network: { ...online, members: [mira, jonas] } }), act: 'open-remove' },
  'room-renewal': {
    model: model({
      network: { ...online, members: [miraGone, jonas] },
      guard: {
        locked: false,
        keptOut: 0,
        renewals: [{ key: 'key-Mira Okafor', session: mira.session, name: mira.name, code }],
      },
      transfers: [request],
    }),
  },
  'room-long-names': {
    model: {
      ...longRoom,
      app: {
        ...longApp,
        standing: [
          {
            id: 'source',
            title: longNames.unbroken,
            topLevelEntries: 3,
            files: 248,
            folders: 6,
            bytes: 1,
            again: false,
          },
        ],
      },
      notices: [{ id: 1, title: `${longNames.unbroken} is not connected right now.`, detail: longNames.words }],
    },
  },
  'room-long-name': { model: { ...longRoom, network: { ...online, members: longMembers.slice(0, 1) }, transfers: [] } },
  'room-long-name-alone': { model: { ...longRoom, network: online, transfers: [] }, aloneHintAfterMs: 0 },
  'drag-over-long-name': {
    model: { ...longRoom, network: { ...online, members: longMembers.slice(0, 1) }, transfers: [] },
    act: 'drag-files',
  },
  'welcome-long-name': { model: model({ app: { ...longApp, room: null } }), act: 'type-bad-code' },
  'settings-long-name': { model: { ...longRoom, app: { ...longApp, host: browserApp.host } }, act: 'open-settings' },
  'room-known': {
    model: model({
      app: { ...inRoom, known },
      network: { ...online, members: [mira, jonas, stranger, { ...ama, reason: null }] },
    }),
  },
  'same-person': { model: two, act: 'open-same-person' },
  'same-person-known': { model: { ...two, app: { ...inRoom, known } }, act: 'open-same-person' },
  'same-person-differ': { model: two, act: 'say-they-differ' },
  'same-person-long-name': {
    model: { ...longRoom, app: { ...longApp, known: longKnown }, transfers: [] },
    act: 'open-same-person',
  },
  'room-known-long-names': { model: { ...longRoom, app: { ...longApp, known: longKnown }, transfers: [] } },
  'own-words': { model: model({ app }), act: 'open-own-words' },
  'settings-own-words': { model: busy, act: 'open-own-words' },
  'room-readme': {
    model: { ...busy, transfers: [...transfers.filter(({ id }) => readme.has(id)), request] },
  },
  'room-many': { model: model({ network: { ...online, members: [mira, jonas] }, transfers: manyTransfers }) },
  'room-brokers-lost': { model: { ...busy, network: { ...busy.network, brokers: down.brokers } } },
  request: {
    model: model({ network: { ...online, members: [mira, jonas] }, transfers: [request, tooLarge] }),
    act: 'open-request',
  },
  'request-partly': {
    model: model({
      network: { ...online, members: [mira] },
      transfers: [{ ...request, id: 'request-partly', files: 3_400, folders: 68 }],
    }),
    act: 'open-request',
  },
  'room-failed': {
    model: model({ network: { ...online, members: [mira] }, transfers: [manyFailed] }),
    act: 'open-failed',
  },
  'room-small-files': { model: model({ network: { ...online, members: [jonas] }, transfers: [smallFiles] }) },
  'long-contents': {
    model: { ...longRoom, transfers: longTransfers.filter(({ id }) => id === 'long-running') },
    act: 'open-request',
  },
  'drag-over-one': { model: two, act: 'drag-files' },
  'drag-over-many': { model: busy, act: 'drag-files' },
  'room-browser': { model: { ...busy, app: browserApp } },
  settings: { model: busy, act: 'open-settings' },
  'settings-browser': {
    model: { ...busy, app: browserApp },
    act: 'open-settings',
  },
  notices: {
    model: {
      ...two,
      notices: [
        {
          id: 1,
          title: 'Mira Okafor is not connected right now.',
          detail: 'Nothing was sent. Drop it again when the connection is there.',
        },
      ],
    },
  },
  detached: { model: { ...busy, detached: true } },
  'main-gone': {
    model: {
      ...busy,
      app: browserApp,
      connectedToMain: false,
    },
  },
} satisfies Record<string, Story>;

export type StoryName = keyof typeof stories;

export function isStory(name: string): name is StoryName {
  return name in stories;
}

export const storyNames = Object.keys(stories).filter(isStory);
