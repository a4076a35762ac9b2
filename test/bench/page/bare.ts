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

export async function bareAnswer(sdp: string, totalBytes: number): Promise<string> {
  const own = connect();
  own.addEventListener('datachannel', ({ channel: opened }) => {
    opened.binaryType = 'arraybuffer';
    let received = 0;
    opened.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
      received += data.byteLength;
      if (received === totalBytes) opened.send('all');
    });
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

export async function bareSend(totalBytes: number): Promise<number> {
  const own = channel;
  if (!own) throw new Error('no channel');
  const message = new Uint8Array(messageBytes);
  own.bufferedAmountLowThreshold = bufferBytes / 2;
  const acknowledged = new Promise((done) => own.addEventListener('message', done, { once: true }));
  const startMs = performance.now();
  let sent = 0;
  const feed = (): void => {
    while (sent < totalBytes && own.bufferedAmount < bufferBytes) {
      own.send(message);
      sent += messageBytes;
    }
  };
  own.addEventListener('bufferedamountlow', feed);
  feed();
  await acknowledged;
  own.removeEventListener('bufferedamountlow', feed);
  return totalBytes / ((performance.now() - startMs) / 1000);
}
