// simple-peer wants Node's `process`, so this import comes first.
import '../../../src/renderer/process-shim.ts';
import { createLaboratory, type Laboratory } from './laboratory.ts';

declare global {
  interface Window {
    webrtc: Laboratory;
  }
}

const platform = { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate };
window.webrtc = createLaboratory({
  platforms: [platform, platform],
  now: () => performance.now(),
  pause: (ms) => new Promise((done) => setTimeout(done, ms)),
});
