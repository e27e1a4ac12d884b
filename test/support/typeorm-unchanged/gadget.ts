import { ManyToOne, type Relation } from 'typeorm';
import { Model, Str64, UuidTableBase } from 'nestjs-sqlmodel-ext';
import { User } from './entities.js';

/** The first model of an application that begins to use this library: with it, all of its patches are in effect. */
@Model()
export class Gadget extends UuidTableBase {
  @Str64() name: string;
  @ManyToOne(() => User, { nullable: true }) owner: Relation<User> | null;
}
