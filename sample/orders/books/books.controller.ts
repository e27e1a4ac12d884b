import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ResponseModel } from 'nestjs-sqlmodel-ext';
import { Books } from './books.js';
import { BooksService } from './books.service.js';

@ApiTags('books')
@Controller('books')
export class BooksController {
  constructor(private readonly service: BooksService) {}

  @Get()
  @ResponseModel(Books)
  audit() {
    return this.service.audit();
  }
}
