import type { Answer } from './answer.ts';
import type { OpenChannel } from './contract.ts';
import { type Login, opensWith, TcpChannel } from './tcp-channel.ts';

/** So much is looked at of what comes before the login is done, in characters. */
const mostGreeting = 16 * 1024;
/** In the words of 7 Days to Die and of Teeworlds. */
const asks = /enter password/i;
const letsIn = /logon successful|authentication successful/i;
const refuses = /(password incorrect|wrong password|enter password|too many)/i;
/** Without a password of its own it lets in whoever comes from the machine itself. */
const isOpen = /press 'help'/i;

/** Lines over TCP, after a password. The program's log comes along; what comes after a command until it is silent is the answer. */
class Telnet extends TcpChannel {
  private onData: (data: Buffer) => void = () => {};

  async run(command: string): Promise<string> {
    const answer: Answer = this.answer();
    this.onData = (data) => answer.add(data);
    this.write(`${command}\r\n`);
    // Teeworlds ends its lines with zero bytes, too.
    return (await answer.done).replaceAll('\0', '').replace(/\r\n?/g, '\n');
  }

  protected beginLogin(password: string, { accepted, refused }: Login): void {
    let greeting = '';
    let isSent = false;
    this.onData = (data) => {
      greeting = (greeting + data.toString('latin1')).slice(-mostGreeting);
      if (!isSent && asks.test(greeting)) {
        isSent = true;
        greeting = '';
        this.write(`${password}\r\n`);
      } else if (letsIn.test(greeting) || (!isSent && isOpen.test(greeting))) accepted();
      else if (isSent && refuses.test(greeting)) refused();
    };
  }

  protected take(data: Buffer): void {
    this.onData(data);
  }
}

export const openTelnet: OpenChannel = opensWith(Telnet);
