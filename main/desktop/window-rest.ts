export interface WindowRestOptions {
  /** How long the window must have been out of sight, in ms. */
  afterMs: number;
  /** Closes the window, unless something in it isn't saved: then `stays` is to be called. */
  close: () => void;
  /** Opens it again at that path of the page. */
  open: (path: string) => void;
}

/** Ten minutes, in ms. */
export const usualRestMs = 600_000;

/**
 * Lets a hidden window go after a while, since its page costs about 90 MB for nobody, and opens it where it was. What is typed and not saved keeps it: the
 * page is asked as at any closing, only that the user isn't.
 */
export class WindowRest {
  private readonly options: WindowRestOptions;
  private timer: NodeJS.Timeout | null = null;
  private state: 'up' | 'closing' | 'resting' = 'up';
  private path = '/';
  /** Somebody wants it back while it closes. */
  private wanted: string | null = null;

  constructor(options: WindowRestOptions) {
    this.options = options;
  }

  /** Whether the window is gone, or going, by this: no reason to ask the user, or to end the app. */
  get isResting(): boolean {
    return this.state !== 'up';
  }

  /** The window went out of sight; `path` gives where its page is when it is let go. */
  hidden(path: () => string): void {
    this.shown();
    this.timer = setTimeout(() => {
      this.timer = null;
      this.path = path();
      this.state = 'closing';
      this.options.close();
    }, this.options.afterMs);
    this.timer.unref();
  }

  shown(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  /** The window is to be shown; false if it is there, and has only to be brought to the front. */
  wake(path: string | undefined): boolean {
    this.shown();
    if (this.state === 'up') return false;
    const to = path ?? this.path;
    if (this.state === 'closing') {
      this.wanted = to;
      return true;
    }
    this.state = 'up';
    this.options.open(to);
    return true;
  }

  /** Its page holds something unsaved. True: it is shown, since somebody wanted it meanwhile. */
  stays(path: () => string): string | null {
    const { wanted } = this;
    this.wanted = null;
    this.state = 'up';
    if (wanted === null) this.hidden(path);
    return wanted;
  }

  /** The window is gone, by this or for another reason. */
  closed(): void {
    this.shown();
    if (this.state !== 'closing') return;
    this.state = 'resting';
    const { wanted } = this;
    this.wanted = null;
    if (wanted !== null) this.wake(wanted);
  }
}
