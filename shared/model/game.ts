import { z } from 'zod';

/** Games (and voice servers) that have a face of their own; the names are those of the templates. */
export const gameIds = [
  'minecraft-java',
  'minecraft-bedrock',
  'minecraft-modpack',
  'valheim',
  'terraria',
  'factorio',
  'luanti',
  'palworld',
  'project-zomboid',
  'rust',
  'satisfactory',
  'seven-days-to-die',
  'counter-strike-2',
  'team-fortress-2',
  'garrys-mod',
  'mumble',
  'teamspeak',
] as const;
const gameIdSchema = z.enum(gameIds);
export type GameId = z.infer<typeof gameIdSchema>;

/** What a server is to its players. `id` null: none that we know; `title` is for people, like `Minecraft · Paper 1.21.4`. */
export const serverGameSchema = z.object({
  // A newer host may know more games.
  id: gameIdSchema.nullable().catch(null),
  title: z.string(),
});
export type ServerGame = z.infer<typeof serverGameSchema>;

/** How an egg is called that has no name of its own. */
export const namelessEgg = 'An egg without a name';

/** How each game is called in short. */
export const gameNames: Readonly<Record<GameId, string>> = {
  'minecraft-java': 'Minecraft',
  'minecraft-bedrock': 'Minecraft Bedrock',
  'minecraft-modpack': 'Minecraft modpack',
  valheim: 'Valheim',
  terraria: 'Terraria',
  factorio: 'Factorio',
  luanti: 'Luanti',
  palworld: 'Palworld',
  'project-zomboid': 'Project Zomboid',
  rust: 'Rust',
  satisfactory: 'Satisfactory',
  'seven-days-to-die': '7 Days to Die',
  'counter-strike-2': 'Counter-Strike 2',
  'team-fortress-2': 'Team Fortress 2',
  'garrys-mod': 'Garry’s Mod',
  mumble: 'Mumble',
  teamspeak: 'TeamSpeak',
};

/** What tells a game: in an egg's name, an image's, or what an install script gets from Steam. The first that fits is taken. */
const signs: readonly (readonly [GameId, RegExp])[] = [
  ['minecraft-bedrock', /bedrock|pocketmine|nukkit/i],
  ['minecraft-modpack', /modpack|curseforge|modrinth/i],
  [
    'minecraft-java',
    /minecraft|paper(mc)?\b|purpur|spigot|forge|fabric|bungeecord|velocity|folia|lightdeck-test\/game/i,
  ],
  ['valheim', /valheim|\b896660\b/i],
  ['terraria', /terraria|tshock|tmodloader/i],
  ['factorio', /factorio/i],
  ['luanti', /luanti|minetest/i],
  ['palworld', /palworld|\b2394010\b/i],
  ['project-zomboid', /zomboid|\b380870\b/i],
  ['satisfactory', /satisfactory|\b1690800\b/i],
  ['seven-days-to-die', /7.?days|seven.?days|\b294420\b/i],
  ['counter-strike-2', /\bcs2\b|counter.?strike|\b730\b/i],
  ['team-fortress-2', /team.?fortress|\btf2\b|\b232250\b/i],
  ['garrys-mod', /garry.?s?.?mod|\bgmod\b|\b4020\b/i],
  ['mumble', /mumble|murmur/i],
  ['teamspeak', /teamspeak|\bts3\b/i],
  ['rust', /\brust(?!ed|-lang)|\b258550\b/i],
];

interface GameSource {
  image: string;
  environment: Readonly<Record<string, string>>;
  /** The name of its template. */
  template?: string | null;
  egg: { name: string } | null;
  install_script: string | null;
  startup_command: string;
}

/** Longest version or kind that is shown, in characters. */
const maxDetail = 40;

/** What a server is, from its template, its egg, its image and what its variables say of kind and version. Pure. */
export function gameOf(source: GameSource): ServerGame {
  const { template = null, egg, image } = source;
  const known = gameIds.find((id) => id === template) ?? signOf(source);
  if (known === null) return { id: null, title: egg?.name.slice(0, maxDetail * 2) ?? imageName(image) };
  const details = detailsOf(known, source);
  return { id: known, title: [gameNames[known], ...(details === '' ? [] : [details])].join(' · ') };
}

function signOf({ image, egg, install_script, startup_command }: GameSource): GameId | null {
  // The egg's name says most; an image may be one of many games.
  for (const text of [egg?.name, image, install_script, startup_command]) {
    const found = text ? signs.find(([, sign]) => sign.test(text)) : undefined;
    if (found) return found[0];
  }
  return null;
}

/** `Paper 1.21.4`: what kind it is, and its version. */
function detailsOf(id: GameId, { environment, egg }: GameSource): string {
  const of = (...names: string[]): string =>
    names.map((name) => environment[name]?.trim() ?? '').find((value) => value !== '') ?? '';
  const version = of('VERSION', 'MINECRAFT_VERSION', 'MC_VERSION', 'BEDROCK_VERSION', 'SERVER_VERSION');
  const shown = /^(latest|snapshot|preview)$/i.test(version) ? version.toLowerCase() : version;
  if (id === 'minecraft-java')
    return [kindOf(of('TYPE'), egg), shown].filter(Boolean).join(' ').slice(0, maxDetail);
  if (id === 'minecraft-modpack')
    return of('MODRINTH_MODPACK', 'CF_SLUG').split('/').at(-1)?.slice(0, maxDetail) ?? '';
  return shown.slice(0, maxDetail);
}

const kinds: Readonly<Record<string, string>> = {
  NEOFORGE: 'NeoForge',
  VANILLA: 'Vanilla',
  PAPERMC: 'Paper',
};

/** `PAPER` as people write it; an egg of a game is called by its kind. */
function kindOf(type: string, egg: GameSource['egg']): string {
  const raw =
    type === '' ? (egg?.name.replace(/minecraft|java|edition|server|[:()-]/gi, '').trim() ?? '') : type;
  if (raw === '') return '';
  return (
    kinds[raw.toUpperCase()] ?? (/^[A-Z]+$/.test(raw) ? raw.charAt(0) + raw.slice(1).toLowerCase() : raw)
  );
}

/** `nginx` of `docker.io/library/nginx:1.27@sha256:…`. */
function imageName(image: string): string {
  const name = image.replace(/@.*$/, '').split('/').at(-1) ?? image;
  return name.replace(/:[^:]*$/, '').slice(0, maxDetail * 2);
}
