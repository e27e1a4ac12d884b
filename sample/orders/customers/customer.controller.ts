import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ListResponseOf, ModelParam, ResponseModel, TableViewRequest } from 'nestjs-sqlmodel-ext';
import { CustomerCreate } from './customer-create.js';
import { CustomerResponse } from './customer-response.js';
import { Customer } from './customer.js';
import { CustomerService } from './customer.service.js';
import { Deposit } from './deposit.js';

@ApiTags('customers')
@Controller('customers')
export class CustomerController {
  constructor(private readonly service: CustomerService) {}

  @Get()
  @ResponseModel(ListResponseOf(CustomerResponse))
  list(@Query() view: TableViewRequest) {
    return this.service.list(view);
  }

  @Post()
  @ResponseModel(CustomerResponse)
  create(@Body() customer: CustomerCreate) {
    return this.service.create(customer);
  }

  @Get(':customerId')
  @ResponseModel(CustomerResponse)
  read(@ModelParam(Customer, 'customerId') customer: Customer) {
    return customer;
  }

  @Post(':customerId/deposits')
  @HttpCode(200)
  @ResponseModel(CustomerResponse)
  deposit(@ModelParam(Customer, 'customerId') customer: Customer, @Body() { amount }: Deposit) {
    return this.service.deposit(customer, amount);
  }
}
