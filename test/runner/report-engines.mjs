/**
 * The table that ends a run: which engines ran, in which version, and which did not.
 * @param {readonly import('./engine.js').Engine[]} engines
 * @returns {string}
 */
export function reportEngines(engines) {
  if (engines.length === 0) return 'Engines: none needed';
  const lines = engines.map(({ name, version, note }) =>
    version === undefined
      ? `  not run  ${name.padEnd(8)}  ${note}`
      : `  ran      ${name.padEnd(8)}  ${version} (${note})`,
  );
  return ['Engines:', ...lines].join('\n');
}
