import { WebSocket } from 'ws';
import type { OpenSocket } from '../../client/open-socket.ts';
import { MiB } from '../../shared/units.ts';
import { appOrigin } from './app-page.ts';

/** The host pings every 30 s; one that is silent for this long is gone without a word, in ms. */
const silenceMs = 75_000;
/** Longest frame that is taken from the host, in bytes: far beyond any list of servers. */
const maxFrame = 16 * MiB;

/**
 * A client's socket in the main process, by `ws`: not every Electron that this runs on has a WebSocket of its own there, and this
 * one sends the token in a header, so that it is in no address, and hears the host's pings.
 */
export const openNodeSocket: OpenSocket = (url, token, { onOpen, onText, onClose }) => {
  const socket = new WebSocket(url, {
    origin: appOrigin,
    headers: { authorization: `Bearer ${token}` },
    maxPayload: maxFrame,
    perMessageDeflate: false,
    followRedirects: false,
  });
  let silence: NodeJS.Timeout | undefined;
  // What is wrong is told by the close that follows.
  socket.on('error', () => {});
  socket.on('open', () => {
    silence = setTimeout(() => socket.terminate(), silenceMs);
    onOpen();
  });
  socket.on('ping', () => silence?.refresh());
  socket.on('message', (data, isBinary) => {
    silence?.refresh();
    if (!isBinary) onText(String(data));
  });
  socket.on('close', (code, reason) => {
    clearTimeout(silence);
    onClose(code, String(reason));
  });
  return {
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    send: (text) => socket.send(text),
    close: () => {
      clearTimeout(silence);
      socket.removeAllListeners();
      // Ending a handshake is told as an error, which nobody is there to hear.
      socket.on('error', () => {});
      socket.terminate();
    },
  };
};
