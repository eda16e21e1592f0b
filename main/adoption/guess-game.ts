/** By what is in a folder, it is known what plays there; the first that fits. */
const signs: readonly [RegExp, string][] = [
  [/^(bedrock_server|bedrock_server\.exe|permissions\.json)$/, 'Minecraft (Bedrock)'],
  [/^(velocity\.toml|waterfall\.yml|bungee.*\.jar)$/i, 'Minecraft (proxy)'],
  [/^(server\.properties|eula\.txt|spigot\.yml|bukkit\.yml)$/, 'Minecraft (Java)'],
  [/^(minetest\.conf|luanti\.conf|map\.sqlite)$/, 'Luanti'],
  [/^valheim_server/, 'Valheim'],
  [/^(TerrariaServer|serverconfig\.txt|.*\.wld)/, 'Terraria'],
  [/^(factorio|map-gen-settings\.json|server-settings\.json)$/, 'Factorio'],
  [/^(srcds_run|srcds_linux|csgo|garrysmod|tf)$/, 'Source engine'],
  [/^(RustDedicated)/, 'Rust'],
  [/^(Pal|PalServer\.sh)$/, 'Palworld'],
  [/^(ShooterGame)$/, 'ARK'],
  [/^(7DaysToDieServer.*|serverconfig\.xml)$/, '7 Days to Die'],
  [/^(murmur|mumble-server)\.ini$/, 'Mumble'],
  [/^(ts3server|ts3server\.sqlitedb)/, 'TeamSpeak'],
  [/^level\.dat$/, 'a world of Minecraft (Java)'],
];

/** What a folder with these names in it looks like; null: nobody knows. Pure. */
export function guessGame(names: readonly string[]): string | null {
  return signs.find(([sign]) => names.some((name) => sign.test(name)))?.[1] ?? null;
}
