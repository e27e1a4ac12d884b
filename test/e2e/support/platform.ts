import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { DatabaseName } from '../../support/databases.js';

/** The HTTP platforms of Nest. */
export const PLATFORMS = ['express', 'fastify'] as const;

export type Platform = (typeof PLATFORMS)[number];

export function httpAdapter(platform: Platform): AbstractHttpAdapter {
  return platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
}

/**
 * The platforms of a whole application on an engine. The platform and the engine do not know of each other: everyday
 * runs try the second platform on SQLite alone.
 */
export function platformsOn(engine: DatabaseName): readonly Platform[] {
  const isEveryday = process.env['REQUIRE_ALL_ENGINES'] !== '1';
  return isEveryday && engine !== 'sqlite' ? ['express'] : PLATFORMS;
}
