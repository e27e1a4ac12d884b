import type { ArchitectureRule } from './architecture-rule.js';
import { localImports } from './local-imports.js';
import { roomOf } from './room-of.js';
import { ROOMS, TOP_FILES } from './rooms.js';

/** A room imports only rooms below it; every file is in a room of the table or at the top. */
export const arrowsGoDown: ArchitectureRule = (sources) => [
  ...[...sources.keys()]
    .filter((path) => rankOf(path) === undefined)
    .map((path) => `${path} is in no room of the table in test/repo/architecture/rooms.ts`),
  ...localImports(sources)
    .filter(({ from, to }) => roomOf(from) !== roomOf(to) && isUpward(from, to))
    .map(({ from, to, line }) => `${from}:${line} imports ${to}, which stands above it`),
];

function isUpward(from: string, to: string): boolean {
  const fromRank = rankOf(from);
  const toRank = rankOf(to);
  return fromRank !== undefined && toRank !== undefined && toRank < fromRank;
}

function rankOf(path: string): number | undefined {
  const room = roomOf(path);
  if (room === undefined) return (TOP_FILES as readonly string[]).includes(path) ? -1 : undefined;
  const rank = (ROOMS as readonly string[]).indexOf(room);
  return rank < 0 ? undefined : rank;
}
