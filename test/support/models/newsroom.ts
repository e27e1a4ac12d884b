import { DeleteDateColumn, ManyToMany, JoinTable, ManyToOne, OneToMany, type Relation } from 'typeorm';
import { Bool, Int, Model, OptimisticLock, Str64, Table, Text1K, Uuid, UuidTable } from 'nestjs-sqlmodel-ext';

/** Cached, with a counted key. */
@Model({ cacheTtl: 600 })
export class Reporter extends Table(class {}) {
  @Str64() name: string;
  @Str64({ nullable: true, select: false }) secret: string | null;
  @OneToMany(() => Report, (report) => report.reporter) reports: Relation<Report>[];
}

/** Cached, with a version, relations of every kind, and soft deletes. */
@Model({ cacheTtl: 600 })
export class Report extends OptimisticLock(UuidTable(class {})) {
  @Str64() title: string;
  @Text1K({ nullable: true }) body: string | null;
  @Int({ default: 0 }) views: number;
  @Bool({ default: false }) isPublished: boolean;
  @Int({ nullable: true }) reporterId: number | null;
  @ManyToOne(() => Reporter, (reporter) => reporter.reports, { nullable: true, onDelete: 'CASCADE' })
  reporter: Relation<Reporter> | null;
  @OneToMany(() => Remark, (remark) => remark.report) remarks: Relation<Remark>[];
  @ManyToMany(() => Topic) @JoinTable() topics: Relation<Topic>[];
  @DeleteDateColumn({ nullable: true }) deletedAt: Date | null;
}

/** Cached, and deleted by the database with its report. */
@Model({ cacheTtl: 600 })
export class Remark extends UuidTable(class {}) {
  @Str64() text: string;
  @Uuid() reportId: string;
  @ManyToOne(() => Report, (report) => report.remarks, { onDelete: 'CASCADE' }) report: Relation<Report>;
}

/** Not cached. */
@Model()
export class Topic extends Table(class {}) {
  @Str64() name: string;
}

export const NEWSROOM = [Reporter, Report, Remark, Topic] as const;
