import type { ServerSummary } from '../../shared/model/host.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';

/** The host that this app shows: the one that runs in it, or one that ran before it on the same data folder. */
export interface HostConnection {
  kind: 'own' | 'attached';
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** The master token, as it is now. */
  readonly token: string;
  dataDir: string;
  /** Replaces the master token by a new one, which it gives. Rejects in words where the host doesn't take it. */
  resetToken(): Promise<string>;
  /** Ends an own host, servers go on running; an attached one is left alone. Never rejects. */
  close(): Promise<void>;
}

/** `recovered`: a crash that is over, since the server runs again. `several`: problems of many servers, told as one. */
export type NewsKind =
  | 'crashed'
  | 'recovered'
  | 'several'
  | 'ready'
  | 'out-of-space'
  | 'installed'
  | 'install-failed';

/** Something that a user who isn't looking wants to know. `text` is a sentence. */
export interface NotificationEvent {
  kind: NewsKind;
  serverId: string;
  /** Of several servers that are told of together: how many they are; `serverId` is one of them. */
  serverName: string;
  text: string;
}

/** What the shell (tray, notifications) knows of the host: as every client, by its socket. */
export interface HostWatch {
  /** Null while the host is out of reach: then nobody knows. */
  readonly servers: readonly ServerSummary[] | null;
  /** Called after each change of `servers`' states and names. Returns its disposer. */
  onChange(listener: () => void): () => void;
  onNews(listener: (news: NotificationEvent) => void): () => void;
  /** Rejects with words for people. */
  power(serverId: string, action: PowerAction): Promise<void>;
  close(): void;
}
