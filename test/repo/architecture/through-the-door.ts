import type { ArchitectureRule } from './architecture-rule.js';
import { localImports } from './local-imports.js';
import { roomOf } from './room-of.js';

/** Another room is imported through its `index.ts`, and a room's own files never import their door. */
export const throughTheDoor: ArchitectureRule = (sources) =>
  localImports(sources).flatMap(({ from, to, line }) => {
    const room = roomOf(to);
    if (room === undefined) return [];
    const door = `lib/${room}/index.ts`;
    if (roomOf(from) === room) return to === door ? [`${from}:${line} imports its own door ${door}`] : [];
    return to === door ? [] : [`${from}:${line} imports ${to} past the door ${door}`];
  });
