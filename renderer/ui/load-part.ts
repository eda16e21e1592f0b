/** Before each further try, in ms. */
const pauses = [300, 1000, 3000, 5000, 10_000];

/**
 * For `lazy`: loads a part of the interface, and tries again when that fails. A browser drops all requests under way when the
 * machine's networks change, which they do with each server that is made. Rejects as the last try does, after about 20 s: several servers may start one
 * after the other.
 */
export function loadPart<T>(load: () => Promise<T>): () => Promise<T> {
  return async () => {
    const missing = new Set<string>();
    const onError = ({ target }: Event): void => {
      if (!(target instanceof HTMLLinkElement)) return;
      if (target.rel === 'stylesheet') missing.add(target.href);
      target.remove();
    };
    document.addEventListener('error', onError, { capture: true });
    try {
      for (const ms of pauses) {
        const part = await attempt(load, missing).then(
          (loaded) => ({ loaded }),
          () => null,
        );
        if (part) return part.loaded;
        await new Promise((resolve) => setTimeout(resolve, ms));
      }
      return await attempt(load, missing);
    } finally {
      document.removeEventListener('error', onError, { capture: true });
    }
  };
}

/** `missing`: style sheets that failed before. The bundler's loader asks for each one only once, whatever came of it. */
async function attempt<T>(load: () => Promise<T>, missing: Set<string>): Promise<T> {
  for (const href of missing) {
    await addStyles(href);
    missing.delete(href);
  }
  return load();
}

function addStyles(href: string): Promise<void> {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  return new Promise((resolve, reject) => {
    link.addEventListener('load', () => resolve());
    link.addEventListener('error', () => reject(new Error(`${href} could not be loaded`)));
    document.head.append(link);
  });
}
