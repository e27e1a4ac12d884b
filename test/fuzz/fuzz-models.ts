import { JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { Int, Model, OptimisticLock, Str16, Str64, Uuid, UuidTable } from 'nestjs-sqlmodel-ext';
import { CACHE_TTL } from './fuzz-options.js';

/** What both models have. Every write gives its rows a `tag` that no other write gives. */
@Model()
class Tagged {
  @Str16({ unique: true }) code: string;
  @Str64() tag: string;
  @Int() value: number;
  @Int() bucket: number;
}

@Model({ cacheTtl: CACHE_TTL })
export class Shelf extends OptimisticLock(UuidTable(Tagged)) {}

/** Goes with its shelf. */
@Model({ cacheTtl: CACHE_TTL })
export class Volume extends UuidTable(Tagged) {
  @Uuid() shelfId: string;
  @ManyToOne(() => Shelf, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'shelfId' })
  shelf: Relation<Shelf>;
}
