import { CreateDateColumn, PrimaryColumn, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm';
import { serverField, specOf } from '../entity-model/index.js';
import { dateTimeSpec, markColumn, PositiveInt, Uuid } from '../field-types/index.js';

/** An integer id that the database counts up. */
export function IntId(): PropertyDecorator {
  return serverField(specOf(PositiveInt), 'Id', () => PrimaryGeneratedColumn());
}

/** A UUID id that the application makes before the insert. */
export function UuidId(): PropertyDecorator {
  const spec = specOf(Uuid);
  return serverField(spec, 'Id', (field) => PrimaryColumn(markColumn({ ...spec.column?.portable }, field) as never));
}

/** When the row was inserted. */
export function CreatedAt(): PropertyDecorator {
  return serverField(dateTimeSpec, 'When it was created', (field) =>
    CreateDateColumn(markColumn({ ...dateTimeSpec.column?.portable }, field)),
  );
}

/** When the row was last updated. */
export function UpdatedAt(): PropertyDecorator {
  return serverField(dateTimeSpec, 'When it was last updated', (field) =>
    UpdateDateColumn(markColumn({ ...dateTimeSpec.column?.portable }, field)),
  );
}
