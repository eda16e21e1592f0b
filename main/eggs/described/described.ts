import type { DescribedServer } from '../../../shared/http/eggs.ts';
import { quoted } from '../parse/notes.ts';

/** What a `docker run` line or a compose service asks for, gathered word by word. */
export class Described {
  image = '';
  name: string | null = null;
  command: string[] = [];
  readonly environment = new Map<string, string>();
  readonly notes: string[] = [];
  readonly refused: string[] = [];
  private readonly ports: DescribedServer['ports'] = [];
  private readonly folders: string[] = [];
  private memory: number | null = null;
  private cpu: number | null = null;
  private readonly stop = { signal: 'SIGTERM', timeout: 10 };
  private user: DescribedServer['user'] = null;
  readOnly = false;
  tty = false;

  note(text: string): void {
    if (this.notes.length < 100) this.notes.push(text);
  }

  refuse(what: string, why: string): void {
    if (this.refused.length < 100) this.refused.push(`${what} is not taken: ${why}`);
  }

  variable(text: string): void {
    const at = text.indexOf('=');
    if (at > 0) this.environment.set(text.slice(0, at), text.slice(at + 1));
    else this.note(`The variable ${quoted(text)} has no value here: it would come from the shell.`);
  }

  /** `[ip:][host:]container[/protocol]`, each side a number or a range of them. */
  port(text: string): void {
    const [numbers = '', protocol = 'tcp'] = text.split('/');
    const found = /^(?:(\[[^\]]*\]|\d+(?:\.\d+){3}):)?(?:(\d*)(?:-(\d+))?:)?(\d+)(?:-(\d+))?$/.exec(numbers);
    const inside = range(found?.[4], found?.[5]);
    const outside = !found?.[2] ? inside : range(found[2], found[3]);
    if (
      !inside ||
      !outside ||
      inside.length !== outside.length ||
      (protocol !== 'tcp' && protocol !== 'udp')
    ) {
      this.note(`The port ${quoted(text)} was not understood.`);
      return;
    }
    for (const [index, container_port] of inside.entries()) {
      const host_port = outside[index] ?? container_port;
      if (this.ports.length < 64) this.ports.push({ host_port, container_port, protocol });
    }
    const ip = found?.[1];
    if (ip)
      this.note(
        `The port ${quoted(text)} is published on ${ip}; here the port pool decides on which addresses.`,
      );
  }

  /** `source:target[:options]`, or `target` alone. */
  volume(text: string): void {
    const parts = /^([A-Za-z]:[\\/][^:]*|[^:]*)(?::([^:]+))?(?::([a-zA-Z,]+))?$/.exec(text);
    const [, first = '', target] = parts ?? [];
    if (!parts) {
      this.note(`The volume ${quoted(text)} was not understood.`);
      return;
    }
    if (target === undefined) {
      this.folder(first);
      return;
    }
    if (/docker\.sock$/.test(first)) {
      this.refuse('The socket of Docker', 'who has it has the whole machine');
      return;
    }
    if (/^([./~\\]|[A-Za-z]:[\\/])/.test(first))
      this.note(
        `${quoted(target)} was the folder ${quoted(first)} of the machine; here it is in the server's own volume. Copy the files into it, or mount the folder in the settings.`,
      );
    this.folder(target);
  }

  private folder(target: string): void {
    if (!/^\/[^:]*$/.test(target) || target === '/') {
      this.note(`The folder ${quoted(target)} was not understood.`);
      return;
    }
    this.folders.push(target.replace(/\/+$/, ''));
  }

  memoryLimit(text: string): void {
    const found = /^(\d+(?:\.\d+)?)\s*([bkmg])?(?:i?b)?$/i.exec(text.trim());
    const unit = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[found?.[2]?.toLowerCase() ?? 'b'] ?? 1;
    const bytes = Math.round(Number(found?.[1]) * unit);
    if (Number.isSafeInteger(bytes) && bytes >= 4 * 1024 ** 2) this.memory = bytes;
    else this.note(`The memory limit ${quoted(text)} was not understood.`);
  }

  cpuLimit(text: string): void {
    const cpu = Number(text);
    if (cpu > 0 && cpu <= 1024) this.cpu = cpu;
    else this.note(`The CPU limit ${quoted(text)} was not understood.`);
  }

  stopSignal(text: string): void {
    const signal = text.toUpperCase().replace(/^(?!SIG)/, 'SIG');
    if (/^SIG[A-Z0-9]{2,10}$/.test(signal) && !/^SIG\d/.test(signal)) this.stop.signal = signal;
    else this.note(`The stop signal ${quoted(text)} was not understood.`);
  }

  /** Seconds, or `1m30s`. */
  stopTimeout(text: string): void {
    const found = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?$/.exec(text.trim());
    const seconds = Number(found?.[1] ?? 0) * 3600 + Number(found?.[2] ?? 0) * 60 + Number(found?.[3] ?? 0);
    if (found && seconds >= 1 && seconds <= 3600) this.stop.timeout = seconds;
    else this.note(`The time to stop ${quoted(text)} was not understood.`);
  }

  runAs(text: string): void {
    if (/^(0|root)(:(0|root))?$/.test(text)) this.user = 'root';
    else
      this.note(`It was to run as ${quoted(text)}; here it runs as its image says, or as the settings do.`);
  }

  network(text: string): void {
    if (text === 'host')
      this.refuse('The host’s own network', 'its ports would not be known here; publish them one by one');
    else if (/^container:|^service:/.test(text))
      this.refuse('Another container’s network', 'each server has its own');
    else if (!['bridge', 'default', ''].includes(text))
      this.note(`The network ${quoted(text)} is not used: each server has its own.`);
  }

  server(): DescribedServer {
    const [data_path = null, ...others] = [...new Set(this.folders)];
    for (const folder of others)
      this.note(
        `${quoted(folder)} is not kept: a server has one volume, which is at ${data_path}. Mount a folder there in the settings if it must be kept.`,
      );
    return {
      image: this.image,
      name: this.name,
      entrypoint: 'image',
      startup_command: this.command.map(quotedWord).join(' '),
      environment: Object.fromEntries(this.environment),
      ports: this.ports,
      limits: { memory: this.memory, cpu: this.cpu },
      data_path,
      stop: this.stop,
      user: this.user,
      read_only_root: this.readOnly,
      tty: this.tty,
    };
  }
}

function range(from: string | undefined, to: string | undefined): number[] | null {
  const [first, last] = [Number(from), Number(to ?? from)];
  if (!(first >= 1 && last >= first && last <= 65_535 && last - first < 64)) return null;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** As a shell takes it for that word. */
const quotedWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;

/** What is refused wherever it is asked for, and why. */
export const refusals: Readonly<Record<string, string>> = {
  privileged: 'it would have the whole machine',
  device: 'devices of the machine are not given to servers',
  gpus: 'graphics cards are not given to servers',
  'cap-add': 'servers have a fixed set of rights',
  pid: 'each server sees its own processes alone',
  ipc: 'each server has its own memory',
  'security-opt': 'servers have a fixed set of rights',
  userns: 'servers have a fixed set of rights',
  'volumes-from': 'each server has its own volume',
  build: 'images are pulled, not built; build it, and name the image',
};
