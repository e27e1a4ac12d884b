import { JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { Model, Nested, Str64, Uuid, UuidTable } from 'nestjs-sqlmodel-ext';
import { Country, CountryResponse } from './country.js';

/** Imports `country.ts`, which imports this file. */
@Model()
export class CityBase {
  @Str64({ description: 'Name of the city' }) name: string;
}

@Model()
export class City extends UuidTable(CityBase) {
  @Uuid() countryId: string;
  @ManyToOne(() => Country, (country) => country.cities, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'countryId' })
  country: Relation<Country>;
}

@Model()
export class CityResponse extends CityBase {
  @Nested(() => CountryResponse, { nullable: true }) country: Relation<CountryResponse> | null;
}
