import { CreateDateColumn, PrimaryColumn, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm';
import {
  dateTimeSpec,
  declareField,
  fieldSpecOf,
  markColumn,
  PositiveInt,
  Uuid,
  writeOpenApiProperty,
  type FieldDeclaration,
  type FieldSpec,
} from '../field-types/index.js';

/*
 * The columns of the table bases: written by this library, never by input, so they have a column and an
 * OpenAPI schema but no validation.
 */
function serverField(spec: FieldSpec, description: string, register: (field: FieldDeclaration) => PropertyDecorator) {
  return ((prototype: object, property: string) => {
    const field: FieldDeclaration = {
      name: property,
      spec,
      options: { description },
      declaredBy: prototype.constructor,
      computed: false,
      optional: true,
    };
    declareField(field);
    writeOpenApiProperty(prototype, property, { ...spec.schema, required: true, description, readOnly: true });
    register(field)(prototype, property);
  }) as PropertyDecorator;
}

function specOf(fieldType: unknown): FieldSpec {
  const spec = fieldSpecOf(fieldType);
  if (!spec) throw new TypeError('Not a field type.');
  return spec;
}

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
