import {
  BeforeUpdate,
  DeleteDateColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  Tree,
  TreeChildren,
  TreeParent,
  type Relation,
} from 'typeorm';
import { Int, Model, OptimisticLock, Str64, Table, UuidTable } from 'nestjs-sqlmodel-ext';

@Model()
export class AccountBase {
  @Str64() name: string;
  @Int({ default: 0 }) balance: number;
  @Str64({ nullable: true }) note: string | null;
}

/** A versioned model with every kind of relation. */
@Model()
export class Account extends OptimisticLock(UuidTable(AccountBase)) {
  @Str64({ nullable: true, select: false }) secret: string | null;
  @ManyToOne(() => Bank, (bank) => bank.accounts, { nullable: true, cascade: ['insert', 'update'] })
  bank: Relation<Bank> | null;
  @ManyToMany(() => Label, (label) => label.accounts) @JoinTable() labels: Relation<Label>[];
  @DeleteDateColumn({ nullable: true }) deletedAt: Date | null;
}

@Model()
export class Bank extends OptimisticLock(Table(class {})) {
  @Str64() name: string;
  @OneToMany(() => Account, (account) => account.bank, { cascade: ['insert', 'update'] }) accounts: Relation<Account>[];
}

@Model()
export class Label extends OptimisticLock(Table(class {})) {
  @Str64({ unique: true }) name: string;
  @Str64({ nullable: true }) colour: string | null;
  @Int({ nullable: true, unique: true }) rank: number | null;
  @ManyToMany(() => Account, (account) => account.labels) accounts: Relation<Account>[];
}

/** A model without a version. */
@Model()
export class Counter extends UuidTable(class {}) {
  @Str64() name: string;
  @Int({ default: 0 }) count: number;
}

/** Its version has another name, and a listener writes. */
@Model({ versionColumn: 'revision' })
export class Parcel extends UuidTable(class {}) {
  declare revision: number;
  @Str64() place: string;
  @Int({ default: 0 }) moves: number;

  @BeforeUpdate() move(): void {
    this.moves++;
  }
}

/** A tree, which TypeORM writes. */
@Model()
@Tree('closure-table')
export class Branch extends OptimisticLock(Table(class {})) {
  @Str64() name: string;
  @TreeParent() parent: Relation<Branch> | null;
  @TreeChildren() children: Relation<Branch>[];
}

export const BANK = [Account, Bank, Label, Counter, Parcel, Branch];
