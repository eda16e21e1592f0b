/** Id of the palette's field. */
export const paletteField = 'palette-field';
