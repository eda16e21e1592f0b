import { terminalSize } from '../../main/docker/container-options.ts';
import type { ContainerSpec, StreamName } from '../../main/docker/contract.ts';

/** What a scripted program can do. After its end all of it is ignored. */
export interface ProgramContext {
  readonly spec: ContainerSpec;
  /** Of its terminal, rows before columns; 0 0 until it is given one. */
  readonly size: () => string;
  /** Standard output, and standard error; with a TTY both are the terminal, which makes `\n` to `\r\n`. */
  print(text: string | Buffer): void;
  printError(text: string | Buffer): void;
  /** The next line of standard input, without its newline. Never resolves if none comes. */
  readLine(): Promise<string>;
  /** What is typed next, in raw mode: at least one byte. */
  readKey(): Promise<Buffer>;
  /** Without a handler a signal does what Linux does. SIGKILL has none. */
  onSignal(signal: string, handler: () => void): void;
  /** Its terminal hands it single keys from now on: Ctrl+C is one of them. */
  rawMode(): void;
  sleep(ms: number): Promise<void>;
  exit(code: number): void;
  /** The kernel kills it since its memory is full. */
  runOutOfMemory(): void;
}

/** Returns its exit code (nothing is 0). One that should run on returns a promise that stays open: see `untilSignal`. */
export type Program = (program: ProgramContext) => number | undefined | Promise<number | undefined>;

/** Runs until a signal ends it. */
export const untilSignal = (): Promise<undefined> => new Promise(() => {});

/** Prints these lines, then runs until a signal ends it. */
export function printing(...lines: string[]): Program {
  return ({ print }) => {
    for (const line of lines) print(`${line}\n`);
    return untilSignal();
  };
}

/** Prints these lines and ends. */
export function ending(code: number, ...lines: string[]): Program {
  return ({ print }) => {
    for (const line of lines) print(`${line}\n`);
    return code;
  };
}

export interface ProcessExit {
  code: number;
  oom: boolean;
}

export interface FakeProcessOptions {
  spec: ContainerSpec;
  program: Program;
  onOutput: (stream: StreamName, data: Buffer) => void;
  onExit: (exit: ProcessExit) => void;
  onRead: () => void;
}

/** Linux's numbers. */
const signals: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGWINCH: 28,
};
const harmless = new Set(['SIGCONT', 'SIGSTOP', 'SIGWINCH']);

export const isSignal = (name: string): boolean => name in signals;

const ctrlC = 0x03;

/** A run of a scripted program. */
export class FakeProcess {
  private readonly options: FakeProcessOptions;
  private readonly handlers = new Map<string, () => void>();
  private readonly readers: ((line: string) => void)[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly keyReaders: ((keys: Buffer) => void)[] = [];
  private input = '';
  private isRaw = false;
  private hasEnded = false;
  private size = '0 0';

  constructor(options: FakeProcessOptions) {
    this.options = options;
  }

  run(): void {
    const { spec, program } = this.options;
    const context: ProgramContext = {
      spec,
      size: () => this.size,
      print: (text) => this.output('stdout', text),
      printError: (text) => this.output(spec.tty ? 'stdout' : 'stderr', text),
      readLine: () => this.readLine(),
      readKey: () => new Promise((resolve) => this.keyReaders.push(resolve)),
      onSignal: (signal, handler) => void this.handlers.set(signal, handler),
      rawMode: () => {
        this.isRaw = true;
      },
      sleep: (ms) => this.sleep(ms),
      exit: (code) => this.end({ code, oom: false }),
      runOutOfMemory: () => this.end({ code: 137, oom: true }),
    };
    void this.live(program, context);
  }

  /** Bytes of standard input that it has not read yet. */
  get unread(): number {
    return Buffer.byteLength(this.input);
  }

  sizeTerminal(): void {
    const size = `${terminalSize.rows} ${terminalSize.columns}`;
    if (this.size === size) return;
    this.size = size;
    this.signal('SIGWINCH');
  }

  take(data: Buffer): void {
    if (this.hasEnded) return;
    const { tty } = this.options.spec;
    if (tty && !this.isRaw && data.includes(ctrlC)) {
      this.interrupt(data);
      return;
    }
    // The terminal shows what is typed.
    if (tty && !this.isRaw) this.output('stdout', data);
    const reader = this.keyReaders.shift();
    if (reader) {
      reader(Buffer.from(data));
      return;
    }
    this.input += data.toString();
    if (this.options.spec.tty) this.input = cutLines(this.input);
    this.feed();
  }

  /** What stood in the line before it is lost. */
  private interrupt(data: Buffer): void {
    this.output('stdout', '^C');
    this.input = '';
    this.signal('SIGINT');
    const rest = data.subarray(data.indexOf(ctrlC) + 1);
    if (rest.length > 0) this.take(rest);
  }

  signal(name: string): void {
    const handler = name === 'SIGKILL' ? undefined : this.handlers.get(name);
    if (handler) handler();
    else if (!harmless.has(name)) this.end({ code: 128 + (signals[name] ?? 0), oom: false });
  }

  private async live(program: Program, context: ProgramContext): Promise<void> {
    try {
      const code = await program(context);
      this.end({ code: code ?? 0, oom: false });
    } catch (error) {
      this.output('stderr', `${error instanceof Error ? error.stack : String(error)}\n`);
      this.end({ code: 70, oom: false });
    }
  }

  private output(stream: StreamName, text: string | Buffer): void {
    if (this.hasEnded) return;
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    this.options.onOutput(stream, this.options.spec.tty ? asTerminal(bytes) : bytes);
  }

  private readLine(): Promise<string> {
    return new Promise((resolve) => {
      this.readers.push(resolve);
      this.feed();
    });
  }

  private feed(): void {
    for (;;) {
      const end = this.input.indexOf('\n');
      const [reader] = this.readers;
      if (end < 0 || !reader) return;
      this.readers.shift();
      const line = this.input.slice(0, end);
      this.input = this.input.slice(end + 1);
      reader(line);
      this.options.onRead();
    }
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        resolve();
      }, ms);
      this.timers.add(timer);
    });
  }

  private end(exit: ProcessExit): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.options.onExit(exit);
  }
}

/** The kernel's terminal keeps so much of a line, in bytes; of what is longer the rest is dropped. */
const terminalLine = 4095;

function cutLines(input: string): string {
  return input
    .split('\n')
    .map((line) => (line.length > terminalLine ? line.slice(0, terminalLine) : line))
    .join('\n');
}

function asTerminal(bytes: Buffer): Buffer {
  return bytes.includes(0x0a)
    ? Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
    : bytes;
}
