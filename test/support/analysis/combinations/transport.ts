/** A way of an entity from where it is got to where it is read, as statements of JavaScript. */
export interface Transport {
  readonly name: string;
  /**
   * @param entity the expression that gets it
   * @param read the statements that read an expression, and return
   * @param other an expression that gets another one, with what this one lacks
   */
  statements(entity: string, read: (expression: string) => string, other: string): string;
}

const transport = (name: string, statements: Transport['statements']): Transport => ({ name, statements });

export const TRANSPORTS: readonly Transport[] = [
  // Locals
  transport('const', (entity, read) => `const x = ${entity}; ${read('x')}`),
  transport('let', (entity, read) => `let x; x = ${entity}; ${read('x')}`),
  transport('secondName', (entity, read) => `const y = ${entity}; const x = y; ${read('x')}`),
  transport('reassigned', (entity, read, other) => `let x = ${other}; x = ${entity}; ${read('x')}`),
  transport('closure', (entity, read) => `const x = ${entity}; const go = () => { ${read('x')} }; return go();`),
  transport('immediate', (entity, read) => `return (async () => { const x = ${entity}; ${read('x')} })();`),
  // Destructuring and wrappers
  transport('objectPattern', (entity, read) => `const { order: x } = { order: ${entity} }; ${read('x')}`),
  transport('listPattern', (entity, read) => `const [x] = [${entity}]; ${read('x')}`),
  transport('field', (entity, read) => `const found = { data: { x: ${entity} } }; ${read('found.data.x')}`),
  transport('optionalField', (entity, read) => `const found = { x: ${entity} }; ${read('found?.x')}`),
  transport('index', (entity, read) => `const list = [${entity}]; ${read('list[0]')}`),
  transport('spread', (entity, read) => `const list = [...[${entity}]]; ${read('list[0]')}`),
  transport('values', (entity, read) => `const [x] = Object.values({ a: ${entity} }); ${read('x')}`),
  transport('box', (entity, read) => `const x = new Box(${entity}).value; ${read('x')}`),
  transport('boxMethod', (entity, read) => `const x = new Box(${entity}).get(); ${read('x')}`),
  transport('map', (entity, read) => `const x = new Map([['a', ${entity}]]).get('a'); ${read('x')}`),
  // Conditions
  transport('ternary', (entity, read) => `const x = id ? ${entity} : ${entity}; ${read('x')}`),
  transport('nullish', (entity, read) => `const x = (${entity}) ?? null; ${read('x')}`),
  transport('if', (entity, read) => `let x; if (id === 'a') x = ${entity}; else x = ${entity}; ${read('x')}`),
  transport('earlyReturn', (entity, read) => `const x = ${entity}; if (!x) return null; ${read('x')}`),
  transport('switch', (entity, read) => `const x = ${entity}; switch (id) { case 'a': return; default: ${read('x')} }`),
  transport('try', (entity, read) => `let x; try { x = ${entity}; } catch { return null; } ${read('x')}`),
  transport('inTry', (entity, read) => `try { const x = ${entity}; ${read('x')} } finally { same(id); }`),
  // Loops
  transport('forOf', (entity, read) => `for (const x of [${entity}]) { ${read('x')} }`),
  transport('forIn', (entity, read) => `const list = [${entity}]; for (const i in list) { ${read('list[i]')} }`),
  transport('for', (entity, read) => `const list = [${entity}]; for (let i = 0; i < 1; i++) { ${read('list[i]')} }`),
  transport('while', (entity, read) => `const list = [${entity}]; let x; while ((x = list.pop())) { ${read('x')} }`),
  transport('forAwait', (entity, read) => `for await (const x of [${entity}]) { ${read('x')} }`),
  transport('entries', (entity, read) => `for (const [, x] of [${entity}].entries()) { ${read('x')} }`),
  transport('set', (entity, read) => `for (const x of new Set([${entity}])) { ${read('x')} }`),
  transport('generator', (entity, read) => `for (const x of each([${entity}])) { ${read('x')} }`),
  transport('asyncGenerator', (entity, read) => `for await (const x of eachAsync([${entity}])) { ${read('x')} }`),
  // Lists
  transport('mapped', (entity, read) => `return [${entity}].map((x) => { ${read('x')} });`),
  transport('forEach', (entity, read) => `[${entity}].forEach((x) => { ${read('x')} });`),
  transport('filtered', (entity, read) => `return [${entity}].filter((y) => y.id).map((x) => { ${read('x')} });`),
  transport('found', (entity, read) => `const x = [${entity}].find((y) => y.id.length > 0); ${read('x')}`),
  transport('reduced', (entity, read) => `return [${entity}].reduce((_, x) => { ${read('x')} }, null);`),
  transport('sorted', (entity, read) => `const [x] = [${entity}].sort((a, b) => (a.id < b.id ? 1 : 0)); ${read('x')}`),
  transport('pushed', (entity, read) => `const list = []; list.push(${entity}); ${read('list[0]')}`),
  transport('flat', (entity, read) => `const [x] = [[${entity}]].flat(); ${read('x')}`),
  transport('sliced', (entity, read) => `const [x] = [].concat([${entity}]).slice(0, 1); ${read('x')}`),
  transport('at', (entity, read) => `const x = [${entity}].at(-1); ${read('x')}`),
  // Promises
  transport('all', (entity, read) => `const [x] = await Promise.all([(async () => ${entity})()]); ${read('x')}`),
  transport(
    'allMapped',
    (entity, read) => `const [x] = await Promise.all([id].map(async (id) => ${entity})); ${read('x')}`,
  ),
  transport('then', (entity, read) => `return (async () => ${entity})().then((x) => { ${read('x')} });`),
  // Functions
  transport('method', (entity, read) => `const x = this.same(${entity}); ${read('x')}`),
  transport('asyncMethod', (entity, read) => `const x = await this.sameAsync(${entity}); ${read('x')}`),
  transport('arrowProperty', (entity, read) => `const x = this.sameArrow(${entity}); ${read('x')}`),
  transport('function', (entity, read) => `const x = same(${entity}); ${read('x')}`),
  transport('serviceMethod', (entity, read) => `const x = this.service.same(${entity}); ${read('x')}`),
  transport('spreadArguments', (entity, read) => `const x = second(1, ...[${entity}]); ${read('x')}`),
  transport('callback', (entity, read) => `return this.with(${entity}, (x) => { ${read('x')} });`),
];
