import type { Branded, ModelRepository } from 'nestjs-sqlmodel-ext';
import type { ObjectLiteral } from 'typeorm';

/** Sums of a ledger: by owner, then by reason. */
export type Sums = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** Adds up a ledger by one statement. Drivers give sums of integers as text: they may be larger than one of them. */
export async function sumsBy<Entry extends Branded & ObjectLiteral>(
  ledger: ModelRepository<Entry>,
  owner: keyof Entry & string,
  amount: keyof Entry & string,
  reason = 'reason',
): Promise<Sums> {
  const rows = await ledger.typeorm
    .createQueryBuilder('entry')
    .select(`entry.${owner}`, 'owner')
    .addSelect(`entry.${reason}`, 'reason')
    .addSelect(`SUM(entry.${amount})`, 'amount')
    .groupBy(`entry.${owner}`)
    .addGroupBy(`entry.${reason}`)
    .getRawMany<{ owner: string; reason: string; amount: string | number }>();
  const sums = new Map<string, Record<string, number>>();
  for (const { owner: id, reason: name, amount: sum } of rows) {
    sums.set(id, { ...sums.get(id), [name]: Number(sum) });
  }
  return sums;
}
