import type { LoggerService } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { engineOf } from '../entity-model/index.js';

/**
 * mysql2 writes dates in the process's own time zone unless told otherwise: two processes in different
 * zones then read different times from one row, and an hour a year is ambiguous.
 */
export function warnAboutTimeZone(dataSource: DataSource, logger: LoggerService): void {
  if (engineOf(dataSource) !== 'mysql') return;
  const { timezone } = dataSource.options as { timezone?: string };
  if (timezone === 'Z' || timezone === '+00:00') return;
  logger.warn(
    "The MariaDB/MySQL data source has no timezone: 'Z'. Dates are stored in this process's time zone, and differ for processes in another one.",
  );
}
