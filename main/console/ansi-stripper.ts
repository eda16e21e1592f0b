/**
 * Takes escape sequences out of text that comes in pieces: CSI, the string sequences (OSC, DCS, SOS, PM, APC) up to BEL or ST,
 * and the short ones. A line's end also ends any of them: a stray introducer must not swallow the lines that follow.
 */
export class AnsiStripper {
  private state: 'text' | 'escape' | 'csi' | 'string' = 'text';

  strip(text: string): string {
    if (this.state === 'text' && !text.includes('\u001b')) return text;
    let out = '';
    let at = 0;
    while (at < text.length) {
      if (this.state === 'text') {
        const next = text.indexOf('\u001b', at);
        if (next < 0) return out + text.slice(at);
        out += text.slice(at, next);
        this.state = 'escape';
        at = next + 1;
      } else if (this.step(text.charCodeAt(at))) at += 1;
    }
    return out;
  }

  /** Takes one character of a sequence; false if it isn't part of it but text, or the next sequence's beginning. */
  private step(code: number): boolean {
    if (code === 0x0a || code === 0x0d) {
      this.state = 'text';
      return false;
    }
    if (code === 0x1b) {
      // ST is an escape sequence too: a backslash after ESC ends the string and itself.
      this.state = 'escape';
      return true;
    }
    if (this.state === 'string') {
      if (code === 0x07) this.state = 'text';
      return true;
    }
    if (this.state === 'csi') return this.stepCsi(code);
    return this.stepEscape(code);
  }

  private stepCsi(code: number): boolean {
    if (code >= 0x20 && code <= 0x3f) return true;
    this.state = 'text';
    return code >= 0x40 && code <= 0x7e;
  }

  private stepEscape(code: number): boolean {
    if (code >= 0x20 && code <= 0x2f) return true;
    if (code === 0x5b) this.state = 'csi';
    else if (code === 0x5d || code === 0x50 || code === 0x58 || code === 0x5e || code === 0x5f)
      this.state = 'string';
    else this.state = 'text';
    return code >= 0x30 && code <= 0x7e;
  }
}
