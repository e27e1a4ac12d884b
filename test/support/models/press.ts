import { Column, JoinColumn, JoinTable, ManyToMany, ManyToOne, OneToMany, OneToOne, type Relation } from 'typeorm';
import { Int, Model, Str64, TableBase } from 'nestjs-sqlmodel-ext';

/** Articles, their writers and what people say about them: relations several levels deep, trees and circles. */

@Model()
export class Country extends TableBase {
  @Str64() name: string;
}

@Model()
export class City extends TableBase {
  @Str64() name: string;
  @ManyToOne(() => Country) country: Relation<Country>;
}

export class Address {
  @Column({ default: '' }) street: string;
  @ManyToOne(() => City, { nullable: true }) city: Relation<City> | null;
}

@Model()
export class Writer extends TableBase {
  @Str64() name: string;
  @Str64({ default: 'hidden' }) password: string;
  @Column(() => Address) address: Address;
  @OneToMany(() => Report, (report) => report.writer) reports: Relation<Report>[];
  @OneToOne(() => Desk, (desk) => desk.owner) desk: Relation<Desk> | null;
}

/** A relation whose key is a property, and which is one to one. */
@Model()
export class Desk extends TableBase {
  @Int() number: number;
  @Int() ownerId: number;
  @OneToOne(() => Writer, (writer) => writer.desk)
  @JoinColumn({ name: 'ownerId' })
  owner: Relation<Writer>;
}

@Model()
export class Report extends TableBase {
  @Str64() title: string;
  @ManyToOne(() => Writer, (writer) => writer.reports) writer: Relation<Writer>;
  @OneToMany(() => Remark, (remark) => remark.report) remarks: Relation<Remark>[];
  @ManyToMany(() => Topic, (topic) => topic.reports) @JoinTable() topics: Relation<Topic>[];

  get opening(): Remark {
    return this.remarks[0];
  }

  get byline(): string {
    return `${this.title} by ${this.writer.name}`;
  }
}

@Model()
export class Remark extends TableBase {
  @Str64() text: string;
  @ManyToOne(() => Report, (report) => report.remarks) report: Relation<Report>;
  @ManyToOne(() => Writer) writer: Relation<Writer>;
}

/** A tree by parent and children, and a net by many-to-many. */
@Model()
export class Topic extends TableBase {
  @Str64() name: string;
  @ManyToOne(() => Topic, (topic) => topic.children, { nullable: true }) parent: Relation<Topic> | null;
  @OneToMany(() => Topic, (topic) => topic.parent) children: Relation<Topic>[];
  @ManyToMany(() => Topic) @JoinTable() related: Relation<Topic>[];
  @ManyToMany(() => Report, (report) => report.topics) reports: Relation<Report>[];
}

/** Everybody has one friend, so that friends make circles. The friend is loaded when it is awaited. */
@Model()
export class Person extends TableBase {
  @Str64() name: string;
  @ManyToOne(() => Person, { nullable: true }) friend: Relation<Person> | null;
  @ManyToOne(() => Person, { nullable: true, lazy: true }) mentor: Promise<Person | null>;
}

export const PRESS = [Country, City, Writer, Desk, Report, Remark, Topic, Person];
