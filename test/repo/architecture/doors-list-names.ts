import ts from 'typescript';
import type { ArchitectureRule } from './architecture-rule.js';
import { roomOf } from './room-of.js';

/** Every room has a door, and a door names what goes through it, one by one. */
export const doorsListNames: ArchitectureRule = (sources) => {
  const rooms = new Set([...sources.keys()].map(roomOf).filter((room) => room !== undefined));
  const missing = [...rooms].filter((room) => !sources.has(`lib/${room}/index.ts`));
  const doors = [...sources].filter(([path]) => path.endsWith('/index.ts'));
  return [
    ...missing.map((room) => `lib/${room}/ has no index.ts`),
    ...doors.flatMap(([path, text]) => starExportLines(path, text).map((line) => `${path}:${line} uses export *`)),
  ];
};

function starExportLines(path: string, text: string): number[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return source.statements
    .filter((statement) => ts.isExportDeclaration(statement))
    .filter(({ exportClause }) => exportClause === undefined || ts.isNamespaceExport(exportClause))
    .map((statement) => source.getLineAndCharacterOfPosition(statement.getStart()).line + 1);
}
