import { it } from '@jest/globals';
import { DataSource, Entity, Column, PrimaryColumn } from 'typeorm';
import { Model, Str64, UuidTableBase } from 'nestjs-sqlmodel-ext';
it('perf', async () => {
  const ours: Function[] = []; const plain: Function[] = [];
  for (let i = 0; i < 200; i++) {
    const A = { [`A${i}`]: class extends UuidTableBase {} }[`A${i}`];
    for (let f = 0; f < 20; f++) Str64()(A.prototype, `f${f}`);
    Model()(A); ours.push(A);
    const B = { [`B${i}`]: class {} }[`B${i}`];
    PrimaryColumn({ type: String })(B.prototype, 'id');
    for (let f = 0; f < 22; f++) Column({ type: String, length: 64 })(B.prototype, `f${f}`);
    Entity()(B); plain.push(B);
  }
  for (const [name, entities] of [['plain', plain], ['ours', ours], ['plain', plain], ['ours', ours]] as const) {
    const ds = new DataSource({ type: 'better-sqlite3', database: ':memory:', entities: entities as Function[] });
    const t = performance.now(); await ds.initialize(); console.log(name, performance.now() - t); await ds.destroy();
  }
});
