import { fileURLToPath } from 'node:url';

/** The folder of package.json; every command runs there, wherever it was called from. */
export const PROJECT_ROOT = fileURLToPath(new URL('../../', import.meta.url));
