/**
 * The environment of Jest: ES modules need a flag of Node, which warns; and what the suites read to find the engines.
 * @param {readonly import('./engine.js').Engine[]} engines
 * @returns {NodeJS.ProcessEnv}
 */
export function jestEnvironment(engines) {
  const flags = [process.env['NODE_OPTIONS'], '--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const running = engines.filter((engine) => engine.version !== undefined);
  const databases = running.map((engine) => engine.name).filter((name) => name !== 'redis');
  return {
    ...process.env,
    NODE_OPTIONS: flags.filter(Boolean).join(' '),
    ...(databases.length > 0 && { TEST_ENGINES: databases.join(',') }),
    ...Object.assign({}, ...running.map((engine) => engine.environment)),
  };
}
