import { fileURLToPath } from 'node:url';

/** The path of a `file:` url; anything else as it is. */
export function scriptPath(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url) : url;
}
