import type { Connection } from '../shared/model/connection.ts';

/** What one socket tells its owner, in this order: open, texts, close. A socket that never opens tells its close alone. */
export interface SocketHandlers {
  onOpen: () => void;
  onText: (text: string) => void;
  /** The codes are those of `shared/protocol/close-codes.ts` and of WebSocket; 1006: it ended without a word. */
  onClose: (code: number, reason: string) => void;
}

/** One WebSocket, from its handshake to its end. */
export interface Socket {
  readonly isOpen: boolean;
  send(text: string): void;
  /** Ends it, whatever it does at the moment; nothing is told any more. */
  close(): void;
}

/**
 * Begins to connect to `url` (`ws:` or `wss:`, with its path and query) with the token. Throws if there can be no such connection.
 * How the token is sent and how a dead connection is noticed depends on where the program runs.
 */
export type OpenSocket = (url: URL, token: Connection['token'], handlers: SocketHandlers) => Socket;

/** By the browser's own WebSocket, which can send no headers: the token goes in the query. */
export const openBrowserSocket: OpenSocket = (url, token, handlers) => {
  const address = new URL(url);
  address.searchParams.set('token', token);
  const socket = new WebSocket(address);
  socket.onerror = () => {};
  socket.onopen = () => handlers.onOpen();
  socket.onmessage = ({ data }) => handlers.onText(String(data));
  socket.onclose = ({ code, reason }) => handlers.onClose(code, reason);
  return {
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    send: (text) => socket.send(text),
    close: () => {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(1000);
    },
  };
};
