/** The page's name, apart from its other texts: it is needed before the page is. */
export const title = 'New server';
