import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiProperty } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type Relation } from 'typeorm';
import { Order } from '../models.js';
import { CustomerDto, OrderDto } from '../response-models.js';

/** There is nothing of it at run time. */
export interface CustomerShape {
  id: string;
  name: string;
}

/** The compiler has noted `Object` for the relation. */
export class ShapedOrderDto {
  @ApiProperty() number: number;
  @ApiProperty() customer: CustomerShape;
}

/** The compiler has noted `Array` for the relation. */
export class ShapedItemsDto {
  @ApiProperty() number: number;
  @ApiProperty() items: CustomerShape[];
}

/** As after a circular import: neither the decorator nor the compiler has a class. */
export class CircularOrderDto {
  @ApiProperty() number: number;
  @ApiProperty({ type: () => undefined as unknown as typeof CustomerDto }) customer: Relation<CustomerDto>;
}

/** Not about a relation. */
export class LabelledOrderDto {
  @ApiProperty() number: number;
  @ApiProperty() labels: CustomerShape;
}

/** Answers whose relations nobody can tell. */
@Controller('unresolved-types')
export class UnresolvedTypesController {
  constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {}

  @Get() @ApiOkResponse({ type: ShapedOrderDto }) wrongInterface(@Param('id') id: string) {
    return this.orders.findOneOrFail({ where: { id }, relations: { customer: true } }); // RLC009 customer
  }

  @Get() @ApiOkResponse({ type: ShapedItemsDto }) wrongList(@Param('id') id: string) {
    return this.orders.findOneOrFail({ where: { id }, relations: { items: true } }); // RLC009 items
  }

  @Get() @ApiOkResponse({ type: CircularOrderDto }) wrongCircular(@Param('id') id: string) {
    return this.orders.findOneOrFail({ where: { id }, relations: { customer: true } }); // RLC009 customer
  }

  @Get() @ApiOkResponse({ type: OrderDto }) resolved(@Param('id') id: string) {
    return this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
  }

  @Get() @ApiOkResponse({ type: LabelledOrderDto }) noRelation(@Param('id') id: string) {
    return this.orders.findOneByOrFail({ id });
  }

  @Get() @ApiOkResponse({ type: ShapedOrderDto }) async otherAnswer(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return { number: order.number, customer: { id: order.customerId, name: '' } };
  }
}
