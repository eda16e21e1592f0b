import manifest from '../package.json' with { type: 'json' };

/** This Lightdeck's version, as in package.json. */
export const version: string = manifest.version;
