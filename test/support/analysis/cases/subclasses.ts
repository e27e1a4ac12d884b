import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Model, ResponseModel, Str64 } from 'nestjs-sqlmodel-ext';
import { Animal, Cat, Dog } from '../models.js';

export class AnimalDto {
  @ApiProperty() id: string;
  @ApiProperty() name: string;
}

export class DogDto extends AnimalDto {
  @ApiProperty() bark: string;
}

export class AnyAnimalDto extends AnimalDto {
  @ApiPropertyOptional() bark?: string;
  @ApiProperty({ required: false }) lives?: number;
}

export class NullableDto extends AnimalDto {
  @ApiProperty({ nullable: true, type: String }) bark: string | null;
}

export class MadeUpDto extends AnimalDto {
  @ApiProperty() whistle: string;
}

@Model()
export class BarkResponse {
  @Str64() name: string;
  @Str64() bark: string;
}

@Model()
export class MaybeBarkResponse {
  @Str64() name: string;
  @Str64({ nullable: true }) bark: string | null;
}

/** Answers that only some of the classes of a table have the fields for. */
@Controller('subclasses')
export class SubclassesController {
  constructor(
    @InjectRepository(Animal) private readonly animals: Repository<Animal>,
    @InjectRepository(Dog) private readonly dogs: Repository<Dog>,
    @InjectRepository(Cat) private readonly cats: Repository<Cat>,
  ) {}

  @Get() @ApiOkResponse({ type: DogDto }) wrongParent(@Param('id') id: string) {
    return this.animals.findOneByOrFail({ id }); // RLC012 bark
  }

  @Get() @ApiOkResponse({ type: [DogDto] }) wrongList() {
    return this.animals.find(); // RLC012 bark
  }

  @Get() @ResponseModel(BarkResponse) async wrongModel(@Param('id') id: string) {
    const animal = await this.animals.findOneByOrFail({ id });
    return animal; // RLC012 bark
  }

  @Get() @ApiOkResponse({ type: DogDto }) wrongBuilder() {
    return this.animals.createQueryBuilder('animal').getOneOrFail(); // RLC012 bark
  }

  @Get() @ApiOkResponse({ type: [DogDto] }) child() {
    return this.dogs.find();
  }

  @Get() @ApiOkResponse({ type: [AnimalDto] }) common() {
    return this.animals.find();
  }

  @Get() @ApiOkResponse({ type: [AnimalDto] }) commonOfChild() {
    return this.cats.find();
  }

  @Get() @ApiOkResponse({ type: [AnyAnimalDto] }) optional() {
    return this.animals.find();
  }

  @Get() @ApiOkResponse({ type: [NullableDto] }) nullable() {
    return this.animals.find();
  }

  @Get() @ResponseModel(MaybeBarkResponse) nullableOfModel(@Param('id') id: string) {
    return this.animals.findOneByOrFail({ id });
  }

  @Get() @ApiOkResponse({ type: MadeUpDto }) madeUp(@Param('id') id: string) {
    return this.animals.findOneByOrFail({ id });
  }

  @Get() @ApiOkResponse({ type: DogDto }) async narrowed(@Param('id') id: string) {
    const animal = await this.animals.findOneByOrFail({ id });
    if (!(animal instanceof Dog)) throw new Error('No dog');
    return animal;
  }

  @Get() @ApiOkResponse({ type: DogDto }) async filled(@Param('id') id: string) {
    const animal = await this.animals.findOneByOrFail({ id });
    return { ...animal, bark: animal instanceof Dog ? animal.bark : '' };
  }

  @Get() @ApiOkResponse({ type: [DogDto] }) async filtered() {
    const animals = await this.animals.find();
    return animals.filter((animal) => animal instanceof Dog);
  }
}
