import { type Amount, startMeter } from '../amount.ts';

/** A bare `RTCDataChannel`, fed as well as one can be: the yardstick. */
const messageBytes = 64 * 1024;
const bufferBytes = 2 * 1024 * 1024;

let connection: RTCPeerConnection | null = null;
let channel: RTCDataChannel | null = null;

function connect(): RTCPeerConnection {
  connection?.close();
  connection = new RTCPeerConnection({ iceServers: [] });
  return connection;
}

/** Gathers all candidates first: how it connects is not what is measured. */
async function described(own: RTCPeerConnection): Promise<string> {
  if (own.iceGatheringState !== 'complete') {
    await new Promise<void>((done) => {
      own.addEventListener('icegatheringstatechange', () => own.iceGatheringState === 'complete' && done());
    });
  }
  return own.localDescription?.sdp ?? '';
}

export async function bareOffer(): Promise<string> {
  const own = connect();
  channel = own.createDataChannel('bare');
  await own.setLocalDescription();
  return described(own);
}

export async function bareAnswer(sdp: string): Promise<string> {
  const own = connect();
  own.addEventListener('datachannel', (opened) => {
    channel = opened.channel;
    channel.binaryType = 'arraybuffer';
  });
  await own.setRemoteDescription({ type: 'offer', sdp });
  await own.setLocalDescription();
  return described(own);
}

export async function bareFinish(sdp: string): Promise<void> {
  const open = new Promise((done) => channel?.addEventListener('open', done, { once: true }));
  await connection?.setRemoteDescription({ type: 'answer', sdp });
  await open;
}

/** The rate at which it came, bytes a second. */
export async function bareTake(amount: Amount): Promise<number> {
  while (!channel) await new Promise((done) => setTimeout(done, 10));
  const own = channel;
  return new Promise((done) => {
    const took = startMeter(amount, done);
    own.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => took(data.byteLength));
  });
}

/** Begins to feed the channel, which goes on as long as the page lives. */
export async function bareGive(): Promise<void> {
  const own = channel;
  if (!own) throw new Error('no channel');
  const message = new Uint8Array(messageBytes);
  own.bufferedAmountLowThreshold = bufferBytes / 2;
  const feed = (): void => {
    while (own.readyState === 'open' && own.bufferedAmount < bufferBytes) own.send(message);
  };
  own.addEventListener('bufferedamountlow', feed);
  feed();
}
