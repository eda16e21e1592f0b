/** Of all that the page was told of the host's eggs. */
export const eggsKey = ['eggs'] as const;
