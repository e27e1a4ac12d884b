import { OneToMany, type Relation } from 'typeorm';
import { Model, Nested, Str64, UuidTable } from 'nestjs-sqlmodel-ext';
import { City, CityResponse } from './city.js';

/** Imports `city.ts`, which imports this file. */
@Model()
export class CountryBase {
  @Str64({ description: 'Name of the country' }) name: string;
}

@Model()
export class Country extends UuidTable(CountryBase) {
  @OneToMany(() => City, (city) => city.country) cities: Relation<City>[];
}

@Model()
export class CountryResponse extends CountryBase {
  @Nested(() => [CityResponse], { nullable: true }) cities: Relation<CityResponse>[] | null;
}
