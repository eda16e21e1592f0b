// A small client for one server's socket, for Node 22 or any browser, with nothing but the WebSocket that both have.
// It shows all that the protocol needs: see docs/protocol.md for every event.
//
//   import { openServer } from './example-client.js';
//   const server = openServer('ws://localhost:8070', 'my-server', 'lightd_…', console.log);
//   await server.opened;
//   server.start();
//   server.type('say hello');

/**
 * Opens the socket of server `id`. `tell(kind, ...values)` is called for everything that happens: `console` text, `state`,
 * `cpu`, `memory`, `system` messages, `history`, `open`, `close`.
 */
export function openServer(host, id, token, tell) {
  const socket = new WebSocket(`${host}/ws/${encodeURIComponent(id)}?token=${encodeURIComponent(token)}`);
  const send = (frame) => socket.send(JSON.stringify(frame));

  const opened = new Promise((resolve, reject) => {
    socket.addEventListener('open', () => {
      tell('open');
      send({ event: 'request_logs' });
      resolve();
    });
    socket.addEventListener('error', () =>
      reject(new Error(`no connection to server ${id}: is the token right?`)),
    );
  });
  socket.addEventListener('close', ({ code, reason }) => tell('close', code, reason));

  socket.addEventListener('message', ({ data }) => {
    const frame = JSON.parse(data);
    switch (frame.event) {
      case 'console':
        return tell('console', frame.data);
      case 'stats':
        tell('cpu', `${frame.cpu_usage}%`);
        return tell('memory', frame.memory_usage, frame.memory_limit);
      case 'event':
        return tell('state', frame.data);
      case 'daemon_message':
        return tell('system', frame.data);
      case 'logs':
        return tell('history', frame.data);
      // `console duplicate` repeats each console frame for clients that wait for that name; what else comes is news from a
      // later version.
    }
  });

  return {
    opened,
    type: (line) => send({ event: 'send_command', command: `${line}\n` }),
    start: () => send({ event: 'power', action: 'start' }),
    stop: () => send({ event: 'power', action: 'stop' }),
    restart: () => send({ event: 'power', action: 'restart' }),
    kill: () => send({ event: 'power', action: 'kill' }),
    history: (lines) => send({ event: 'request_logs', lines }),
    close: () => socket.close(),
  };
}
