import { BadAnswer, type PlayerQuery } from './contract.ts';
import { udpExchange } from './udp-exchange.ts';

const question = Buffer.concat([Buffer.alloc(4, 0xff), Buffer.from('getstatus\n')]);
const answer = Buffer.concat([Buffer.alloc(4, 0xff), Buffer.from('statusResponse\n')]);

/** `getstatus` of Quake III and the games made of it: settings in one line, then a line for each player. Bots have no ping. */
export const queryQuake3: PlayerQuery = (address, signal) =>
  udpExchange(address, signal, ({ ask }) =>
    ask(question, (packet) => {
      if (!packet.subarray(0, answer.length).equals(answer)) return null;
      const [settings = '', ...lines] = packet.subarray(answer.length).toString('utf8').split('\n');
      const names: { name: string; forMs: null }[] = [];
      for (const line of lines) {
        const found = /^-?\d+ (-?\d+) .*?"(.*)"/.exec(line);
        if (found?.[1] !== undefined && found[1] !== '0')
          names.push({ name: (found[2] ?? '').replace(/\^[0-9a-zA-Z]/g, ''), forMs: null });
      }
      return { online: names.length, max: mostOf(settings), names };
    }),
  );

function mostOf(settings: string): number | null {
  const parts = settings.split('\\').slice(1);
  if (parts.length < 2) throw new BadAnswer();
  const at = parts.findIndex((part, index) => index % 2 === 0 && part.toLowerCase() === 'sv_maxclients');
  const most = Number(parts[at + 1]);
  return at >= 0 && Number.isInteger(most) && most >= 0 ? most : null;
}
