/** All texts about new versions. */
export const updateStrings = {
  ready: (version: string) =>
    `Lightdeck ${version} has been downloaded. It is installed when you say so; servers go on running.`,
  available: (version: string) =>
    `There is Lightdeck ${version}. Get it the way you got this one: with your package manager, or from where you downloaded it.`,
};
