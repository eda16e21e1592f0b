/** Public repositories of eggs, as data. Nothing of them is part of Lightdeck: they are fetched when somebody asks for it. */
export interface EggRepository {
  id: string;
  title: string;
  /** For people. */
  home: string;
  /** A tar.gz of its newest state. */
  archive: string;
  licence: string;
}

const onGitHub = (owner: string, name: string, title: string): EggRepository => ({
  id: `${owner}-${name}`,
  title,
  home: `https://github.com/${owner}/${name}`,
  archive: `https://codeload.github.com/${owner}/${name}/tar.gz/HEAD`,
  licence: 'MIT',
});

export const eggRepositories: readonly EggRepository[] = [
  onGitHub('pelican-eggs', 'games-steamcmd', 'Games from Steam'),
  onGitHub('pelican-eggs', 'games-standalone', 'Games without Steam'),
  onGitHub('pelican-eggs', 'minecraft', 'Minecraft'),
  onGitHub('pelican-eggs', 'voice', 'Voice servers'),
  onGitHub('pelican-eggs', 'generic', 'Programming languages'),
  onGitHub('pelican-eggs', 'database', 'Databases'),
  onGitHub('pelican-eggs', 'chatbots', 'Chat bots'),
  onGitHub('pelican-eggs', 'software', 'Other software'),
  onGitHub('pelican-eggs', 'monitoring', 'Monitoring'),
  onGitHub('pterodactyl', 'game-eggs', 'Pterodactyl: games'),
];
