import { VersionField } from '../entity-model/index.js';
import type { Mixed, MixinBase } from './constructor-types.js';

/** What `OptimisticLock()` adds. */
export interface VersionFields {
  /**
   * How often the row was written: 1 after the insert, one more for every update. Written by the library alone;
   * every write of an entity checks that the row still has the version that was read.
   */
  version: number;
}

/**
 * Gives a table a version, so that no update is lost: `class Article extends OptimisticLock(UuidTable(ArticleBase))`.
 * Who writes an entity whose row somebody else has written meanwhile gets an `OptimisticLockError`.
 */
export function OptimisticLock<Base extends MixinBase>(base: Base): Mixed<Base, VersionFields> {
  abstract class OptimisticLockMixin extends base {}
  VersionField()(OptimisticLockMixin.prototype, 'version');
  return OptimisticLockMixin as unknown as Mixed<Base, VersionFields>;
}
