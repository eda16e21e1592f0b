import { type FormEvent, useSyncExternalStore } from 'react';
import type { EngineState, HostInfo, ServerSummary } from '../shared/model/host.ts';
import type { HostLink, LinkStatus } from './link/host-link.ts';

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20).toLocaleString('en')} MiB`;
const time = (at: number): string => new Date(at).toLocaleTimeString();

function SignIn({ link, problem }: { link: HostLink; problem: string | null }) {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get('token');
    if (typeof token === 'string' && token.trim() !== '') link.signIn(token);
  };
  return (
    <main className="sign-in">
      <h1>Lightdeck</h1>
      <form onSubmit={submit}>
        <label htmlFor="token">Token of this host</label>
        <input
          id="token"
          name="token"
          type="password"
          autoComplete="off"
          required
          aria-describedby="token-help"
        />
        <p id="token-help" className="quiet">
          The host shows it with <code>npm run host -- --token what</code>.
        </p>
        {problem && <p role="alert">{problem}</p>}
        <button type="submit">Connect</button>
      </form>
    </main>
  );
}

function linkWords(link: LinkStatus): string {
  if (link.status === 'online') return 'Connected';
  if (link.status === 'offline') return `Offline since ${time(link.since)}, reconnecting`;
  return 'Connecting';
}

function engineWords(engine: EngineState): string {
  if (engine.status === 'up') return `${engine.kind === 'podman' ? 'Podman' : 'Docker'} ${engine.version}`;
  return engine.status === 'down' ? 'No Docker engine' : 'Looking for Docker';
}

function Header({ link, host }: { link: LinkStatus; host: HostInfo | null }) {
  return (
    <header>
      <h1>{host?.name ?? 'Lightdeck'}</h1>
      {host && (
        <p className="quiet figures">
          <span className={`dot ${host.engine.status}`} /> {engineWords(host.engine)} · CPU{' '}
          {host.cpu.usage.toFixed(0)} % of {host.cpu.cores * 100} % · memory {mebibytes(host.memory.used)} of{' '}
          {mebibytes(host.memory.total)}
        </p>
      )}
      <p className="link" role="status">
        <span className={`dot ${link.status}`} /> {linkWords(link)}
      </p>
    </header>
  );
}

function ServerRow({ server }: { server: ServerSummary }) {
  const { stats } = server;
  const isLive = stats !== null && server.started_at !== null;
  return (
    <tr>
      <td>
        <strong>{server.name}</strong>
        <span className="quiet">{server.image}</span>
      </td>
      <td>
        <span className={`dot ${server.state}`} /> {server.state}
        {server.state === 'exit' && <span className="quiet"> · {server.last_exit?.reason}</span>}
      </td>
      <td className="figures">{isLive ? `${stats.cpu_usage.toFixed(1)} %` : '–'}</td>
      <td className="figures">
        {isLive ? mebibytes(stats.memory_usage) : '–'}
        {isLive && <span className="limit"> of {mebibytes(stats.memory_limit)}</span>}
      </td>
    </tr>
  );
}

function Servers({ servers }: { servers: readonly ServerSummary[] | null }) {
  if (servers === null) return <p className="quiet">Waiting for the host’s list of servers…</p>;
  if (servers.length === 0)
    return <p className="quiet">No servers yet. They are made through the API for now.</p>;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Server</th>
          <th scope="col">State</th>
          <th scope="col" className="figures">
            CPU
          </th>
          <th scope="col" className="figures">
            Memory
          </th>
        </tr>
      </thead>
      <tbody>
        {servers.map((server) => (
          <ServerRow key={server.internal_id} server={server} />
        ))}
      </tbody>
    </table>
  );
}

export function App({ link }: { link: HostLink }) {
  const view = useSyncExternalStore(link.subscribe, link.snapshot);
  if (view.link.status === 'sign-in') return <SignIn link={link} problem={view.link.problem} />;
  const { host, servers } = view.state;
  return (
    <>
      <Header link={view.link} host={host} />
      <main className={view.link.status === 'online' ? undefined : 'old'}>
        {host?.engine.status === 'down' && (
          <section className="notice" role="alert">
            <strong>{host.engine.cause}</strong> {host.engine.help}
          </section>
        )}
        <Servers servers={servers} />
      </main>
    </>
  );
}
